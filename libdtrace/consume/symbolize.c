/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses to names.
 *
 * Kernel: /proc/kallsyms, read when the first kernel address is printed and never before; of its
 * lines only functions are kept, 16 bytes each and one block of names.
 *
 * User: a process's executable mappings, from /proc/PID/maps, and the symbols of the mapped files.
 * Mappings are read again once a drain (processes exec and dlopen), and kept when the process is
 * gone; files are remembered by device and inode. A pinned process (-c, -p) has its mappings read
 * at every drain, so that what it did shortly before it ended still has names.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>
#include "consume/internal.h"
#include "ir/lower.h"
#include "proc/elfsym.h"
#include "proc/maps.h"

#define MAX_PROCS  1024u /* remembered at once */
#define MAX_FILES  512u
#define KSYM_REACH (1u << 20) /* no function is larger */

struct ksym {
	uint64_t addr;
	uint32_t name; /* in names */
	uint16_t mod;
	uint8_t rank; /* of aliases, the lowest is printed */
};

struct kmod {
	char *name;
	uint64_t first; /* its lowest function: what mod() keys are merged by */
};

struct uproc {
	struct uproc *next;
	uint32_t pid;
	bool pinned;
	uint64_t tick; /* when the mappings were last read */
	struct dt_mappings maps;
};

struct ufile {
	uint64_t dev, ino;
	struct dt_elf *elf; /* NULL: cannot be read */
};

struct dt_symtab {
	bool kernel_read;
	struct ksym *ksym;
	uint32_t nksym, cap_ksym;
	char *names;
	size_t names_len, names_cap;
	struct kmod *mods;
	uint32_t nmods;
	struct uproc *procs;
	uint32_t nprocs, target;
	struct ufile *files;
	uint32_t nfiles;
	struct dt_elf *vdso;
	bool vdso_tried;
	uint64_t tick;
};

/* ------------------------------------------------------------------ kernel */

static FILE *open_kallsyms(char **buf)
{
	FILE *f = fopen("/proc/kallsyms", "re");

	*buf = NULL;
	if (f) { /* the kernel makes this text line by line: ask for much at once */
		*buf = malloc(256 << 10);
		if (*buf)
			setvbuf(f, *buf, _IOFBF, 256 << 10);
	}
	return f;
}

struct kline {
	uint64_t addr;
	char type;
	const char *name, *mod;
};

/* Parses in place: "ffffffff81000000 T name\t[module]". */
static bool parse_kline(char *s, struct kline *k)
{
	char *end;

	k->addr = strtoull(s, &end, 16);
	if (end == s || end[0] != ' ' || !end[1] || end[2] != ' ')
		return false;
	k->type = end[1];
	k->name = s = end + 3;
	k->mod = "vmlinux";
	s += strcspn(s, " \t\n");
	if (*s && *s != '\n') {
		*s++ = 0;
		s += strspn(s, " \t");
		if (*s == '[') {
			k->mod = ++s;
			s += strcspn(s, "]\n");
		}
	}
	*s = 0;
	return k->name[0] != 0;
}

static int module_number(struct dt_symtab *t, const char *name, uint16_t *out)
{
	struct kmod *v;

	/* a module's symbols follow each other */
	for (uint32_t i = t->nmods; i-- > 0;) {
		if (!strcmp(t->mods[i].name, name)) {
			*out = (uint16_t)i;
			return 0;
		}
	}
	if (t->nmods == UINT16_MAX)
		return -ENOMEM;
	v = realloc(t->mods, (t->nmods + 1) * sizeof(*v));
	if (!v)
		return -ENOMEM;
	t->mods = v;
	v[t->nmods] = (struct kmod){strdup(name), 0};
	if (!v[t->nmods].name)
		return -ENOMEM;
	*out = (uint16_t)t->nmods++;
	return 0;
}

static int add_ksym(struct dt_symtab *t, const struct kline *k)
{
	size_t len = strlen(k->name) + 1;
	struct ksym y = {.addr = k->addr, .rank = isupper((unsigned char)k->type) ? 0 : 1};
	int r = module_number(t, k->mod, &y.mod);

	if (r)
		return r;
	if (t->nksym == t->cap_ksym) {
		uint32_t cap = t->cap_ksym ? t->cap_ksym * 2 : 1u << 16;
		struct ksym *v = realloc(t->ksym, cap * sizeof(*v));

		if (!v)
			return -ENOMEM;
		t->ksym = v;
		t->cap_ksym = cap;
	}
	if (t->names_len + len > t->names_cap) {
		size_t cap = t->names_cap ? t->names_cap * 2 : 1u << 20;
		char *v = cap <= UINT32_MAX ? realloc(t->names, cap) : NULL;

		if (!v)
			return -ENOMEM;
		t->names = v;
		t->names_cap = cap;
	}
	y.name = (uint32_t)t->names_len;
	memcpy(t->names + t->names_len, k->name, len);
	t->names_len += len;
	t->ksym[t->nksym++] = y;
	return 0;
}

static int cmp_ksym(const void *a, const void *b)
{
	const struct ksym *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return (x->name > y->name) - (x->name < y->name); /* as the kernel lists them */
}

static void read_kernel(struct dt_symtab *t)
{
	char line[1024], *buf;
	FILE *f = open_kallsyms(&buf);
	struct kline k;
	uint32_t n = 0;

	t->kernel_read = true;
	while (f && fgets(line, sizeof(line), f))
		/* address 0: we are not allowed to see them */
		if (parse_kline(line, &k) && k.addr && strchr("tTwW", k.type) && add_ksym(t, &k))
			break;
	if (f)
		fclose(f);
	free(buf);
	if (!t->nksym)
		return;
	qsort(t->ksym, t->nksym, sizeof(*t->ksym), cmp_ksym);
	for (uint32_t i = 0; i < t->nksym; i++)
		if (!n || t->ksym[n - 1].addr != t->ksym[i].addr)
			t->ksym[n++] = t->ksym[i];
	t->nksym = n;
	for (uint32_t i = n; i-- > 0;)
		t->mods[t->ksym[i].mod].first = t->ksym[i].addr;
}

static const struct ksym *find_ksym(struct dt_symtab *t, uint64_t addr)
{
	uint32_t lo = 0, hi;

	if (!t->kernel_read)
		read_kernel(t);
	for (hi = t->nksym; lo < hi;) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (t->ksym[mid].addr <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo && addr - t->ksym[lo - 1].addr < KSYM_REACH ? &t->ksym[lo - 1] : NULL;
}

static void kernel_text(struct dt_symtab *t, enum dt_resolve how, uint64_t addr, char *buf,
			size_t len)
{
	const struct ksym *k = find_ksym(t, addr);

	if (!k)
		snprintf(buf, len, "0x%" PRIx64, addr);
	else if (how == DT_RSV_MOD)
		snprintf(buf, len, "%s", t->mods[k->mod].name);
	else if (how == DT_RSV_SYM || addr == k->addr)
		snprintf(buf, len, "%s`%s", t->mods[k->mod].name, t->names + k->name);
	else
		snprintf(buf, len, "%s`%s+0x%" PRIx64, t->mods[k->mod].name, t->names + k->name,
			 addr - k->addr);
}

void dt_sym_kernel(struct dt_consumer *c, uint64_t addr, char *buf, size_t len)
{
	kernel_text(c->syms, DT_RSV_ADDR, addr, buf, len);
}

uint64_t dt_kallsyms_address(const char *module, const char *name)
{
	char line[1024], *buf;
	FILE *f = open_kallsyms(&buf);
	struct kline k;
	uint64_t found = 0;

	while (f && !found && fgets(line, sizeof(line), f))
		if (parse_kline(line, &k) && !strcmp(k.name, name) &&
		    (!module || !module[0] || !strcmp(module, k.mod) ||
		     (!strcmp(module, "kernel") && !strcmp(k.mod, "vmlinux"))))
			found = k.addr;
	if (f)
		fclose(f);
	free(buf);
	return found;
}

void dt_kallsyms_extents(const char *const names[], struct dt_extent *out, unsigned n)
{
	char line[1024], *buf;
	FILE *f = open_kallsyms(&buf);
	unsigned left = n;
	struct kline k;

	memset(out, 0, n * sizeof(*out));
	while (f && left && fgets(line, sizeof(line), f)) {
		if (!parse_kline(line, &k) || !k.addr)
			continue;
		for (unsigned i = 0; i < n; i++) {
			/* the kernel's own are listed by address: the next one is the end */
			if (out[i].from && !out[i].len && k.addr > out[i].from) {
				out[i].len = k.addr - out[i].from;
				left--;
			} else if (!out[i].from && !strcmp(k.name, names[i])) {
				out[i].from = k.addr;
			}
		}
	}
	if (f)
		fclose(f);
	free(buf);
}

/* ------------------------------------------------------------------ processes */

/* Replaces p's mappings; leaves them if the process has none (any more). */
static void read_maps(struct uproc *p)
{
	struct dt_mappings now;

	if (dt_mappings_read(&now, (pid_t)p->pid))
		return;
	dt_mappings_free(&p->maps);
	p->maps = now;
}

/* Makes room by forgetting the process that was looked at longest ago. */
static void evict(struct dt_symtab *t)
{
	struct uproc **oldest = NULL, *p;

	for (struct uproc **q = &t->procs; *q; q = &(*q)->next)
		if (!(*q)->pinned && (!oldest || (*q)->tick <= (*oldest)->tick))
			oldest = q;
	if (!oldest)
		return;
	p = *oldest;
	*oldest = p->next;
	dt_mappings_free(&p->maps);
	free(p);
	t->nprocs--;
}

static struct uproc *process(struct dt_symtab *t, uint32_t pid)
{
	struct uproc **q = &t->procs, *p;

	while (*q && (*q)->pid != pid)
		q = &(*q)->next;
	p = *q;
	if (p) { /* to the front: the next frame is likely to be of the same */
		*q = p->next;
	} else {
		if (t->nprocs >= MAX_PROCS)
			evict(t);
		p = calloc(1, sizeof(*p));
		if (!p)
			return NULL;
		p->pid = pid;
		p->tick = UINT64_MAX;
		t->nprocs++;
	}
	p->next = t->procs;
	t->procs = p;
	if (p->tick != t->tick)
		read_maps(p);
	p->tick = t->tick;
	return p;
}

void dt_sym_pin(struct dt_consumer *c, uint32_t pid)
{
	struct uproc *p = process(c->syms, pid);

	if (!c->syms->target)
		c->syms->target = pid;
	if (p)
		p->pinned = true;
}

uint32_t dt_sym_target(const struct dt_consumer *c)
{
	return c->syms->target;
}

void dt_symtab_tick(struct dt_consumer *c)
{
	struct dt_symtab *t = c->syms;

	t->tick++;
	for (struct uproc *p = t->procs; p; p = p->next) {
		if (!p->pinned)
			continue;
		read_maps(p);
		p->tick = t->tick;
	}
}

/* ------------------------------------------------------------------ files */

static struct dt_elf *open_mapped(uint32_t pid, const struct dt_mapping *m)
{
	int fd = dt_mapping_open((pid_t)pid, m, NULL, 0);
	struct dt_elf *e;

	if (fd < 0)
		return NULL;
	if (dt_elf_open_fd(&e, fd, true))
		e = NULL;
	close(fd);
	return e;
}

static struct dt_elf *vdso(struct dt_symtab *t)
{
	unsigned long image = getauxval(AT_SYSINFO_EHDR); /* ours is everybody's */

	if (!t->vdso_tried && image) {
		FILE *f = fopen("/proc/self/maps", "re");
		char line[512];
		unsigned long start, end;

		while (f && fgets(line, sizeof(line), f))
			if (sscanf(line, "%lx-%lx", &start, &end) == 2 && start == image &&
			    dt_elf_open_memory(&t->vdso, (const void *)image, end - start))
				t->vdso = NULL;
		if (f)
			fclose(f);
	}
	t->vdso_tried = true;
	return t->vdso;
}

static struct dt_elf *file_of(struct dt_symtab *t, uint32_t pid, const struct dt_mapping *m)
{
	if (!strcmp(m->path, "[vdso]"))
		return vdso(t);
	if (m->path[0] != '/' || !t->files)
		return NULL;
	for (uint32_t i = 0; i < t->nfiles; i++)
		if (t->files[i].ino == m->ino && t->files[i].dev == m->dev)
			return t->files[i].elf;
	if (t->nfiles == MAX_FILES) { /* forget them all; those in use come back */
		for (uint32_t i = 0; i < t->nfiles; i++)
			dt_elf_close(t->files[i].elf);
		t->nfiles = 0;
	}
	t->files[t->nfiles] = (struct ufile){m->dev, m->ino, open_mapped(pid, m)};
	return t->files[t->nfiles++].elf;
}

struct uloc {
	const struct dt_mapping *map;
	char object[256];
	const char *sym; /* or NULL */
	uint64_t delta;  /* from the symbol */
	uint64_t file_off;
};

static bool locate(struct dt_consumer *c, uint32_t pid, uint64_t addr, bool want_sym,
		   struct uloc *l)
{
	struct uproc *p = pid ? process(c->syms, pid) : NULL;
	struct dt_elf *e;

	l->map = p ? dt_mapping_at(&p->maps, addr) : NULL;
	if (!l->map || !l->map->path[0])
		return false;
	dt_mapping_object(l->map->path, l->object, sizeof(l->object));
	l->file_off = addr - l->map->start + l->map->off;
	e = want_sym ? file_of(c->syms, pid, l->map) : NULL;
	l->sym = e ? dt_elf_lookup(e, l->file_off, &l->delta) : NULL;
	return true;
}

static void user_text(struct dt_consumer *c, enum dt_resolve how, uint32_t pid, uint64_t addr,
		      char *buf, size_t len)
{
	struct uloc l;

	if (!locate(c, pid, addr, how != DT_RSV_MOD && !c->opts.noresolve, &l))
		snprintf(buf, len, "0x%" PRIx64, addr);
	else if (how == DT_RSV_MOD)
		snprintf(buf, len, "%s", l.object);
	else if (c->opts.noresolve)
		snprintf(buf, len, "%s:0x%" PRIx64, l.object, l.file_off);
	else if (!l.sym)
		snprintf(buf, len, "%s`0x%" PRIx64, l.object, addr);
	else if (how == DT_RSV_SYM || !l.delta)
		snprintf(buf, len, "%s`%s", l.object, l.sym);
	else
		snprintf(buf, len, "%s`%s+0x%" PRIx64, l.object, l.sym, l.delta);
}

void dt_sym_user(struct dt_consumer *c, uint32_t pid, uint64_t addr, char *buf, size_t len)
{
	user_text(c, DT_RSV_ADDR, pid, addr, buf, len);
}

/* ------------------------------------------------------------------ fields */

static uint64_t word(const unsigned char *p, uint32_t off)
{
	uint64_t v;

	memcpy(&v, p + off, 8);
	return v;
}

void dt_sym_field(struct dt_consumer *c, const struct dt_field *f, const unsigned char *base,
		  char *buf, size_t len)
{
	if (f->kind == DT_FLD_SYM && f->size >= 8)
		kernel_text(c->syms, f->resolve, word(base, f->off), buf, len);
	else if (f->kind == DT_FLD_USYM && f->size >= 16)
		user_text(c, f->resolve, (uint32_t)word(base, f->off), word(base, f->off + 8), buf,
			  len);
	else
		snprintf(buf, len, "?");
}

void dt_sym_round(struct dt_consumer *c, const struct dt_field *f, unsigned char *base)
{
	struct dt_symtab *t = c->syms;
	uint64_t addr;

	if (f->resolve == DT_RSV_ADDR)
		return;
	if (f->kind == DT_FLD_SYM && f->size >= 8) {
		const struct ksym *k = find_ksym(t, word(base, f->off));

		if (!k)
			return;
		addr = f->resolve == DT_RSV_MOD ? t->mods[k->mod].first : k->addr;
		memcpy(base + f->off, &addr, 8);
	} else if (f->kind == DT_FLD_USYM && f->size >= 16) {
		struct uloc l;

		addr = word(base, f->off + 8);
		if (!locate(c, (uint32_t)word(base, f->off), addr, f->resolve == DT_RSV_SYM, &l))
			return;
		if (f->resolve == DT_RSV_MOD)
			addr = l.map->start;
		else if (l.sym)
			addr -= l.delta;
		memcpy(base + f->off + 8, &addr, 8);
	}
}

/* ------------------------------------------------------------------ life */

int dt_symtab_new(struct dt_consumer *c)
{
	c->syms = calloc(1, sizeof(*c->syms));
	if (!c->syms)
		return -ENOMEM;
	c->syms->files = calloc(MAX_FILES, sizeof(*c->syms->files));
	return c->syms->files ? 0 : -ENOMEM;
}

void dt_symtab_free(struct dt_consumer *c)
{
	struct dt_symtab *t = c->syms;

	if (!t)
		return;
	for (struct uproc *p = t->procs, *next; p; p = next) {
		next = p->next;
		dt_mappings_free(&p->maps);
		free(p);
	}
	for (uint32_t i = 0; i < t->nfiles; i++)
		dt_elf_close(t->files[i].elf);
	for (uint32_t i = 0; i < t->nmods; i++)
		free(t->mods[i].name);
	dt_elf_close(t->vdso);
	free(t->files);
	free(t->mods);
	free(t->ksym);
	free(t->names);
	free(t);
	c->syms = NULL;
}
