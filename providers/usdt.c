/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * USDT: the probes that programs and libraries have of their own (USDT-05, 08, 09).
 *
 * A program that has some carries notes (proc/usdt.h): provider, name, the instruction, a nop
 * mostly, where the arguments are, and a counter that the program looks at before it goes to the
 * trouble of computing them. The kernel offers uprobes, which raise such a counter as long as they
 * are there. DTrace promises a provider for each process, its name followed by the process's
 * number, and patterns over these:
 *
 *	python1234:::, python$target:::	 the probes of one process
 *	python*:::			 those of every process, now and later
 *
 * "Later" is what a uprobe does by itself: it belongs to a file, and whoever maps the file meets
 * it. So a provider's name followed by a star is answered by files: those that processes have mapped
 * now, and programs in the usual places that are called like the provider, or, if all that is
 * nothing, have its notes. Such a probe's provider is "python*"; the built-in variable probeprov has
 * the number (sema/check_name.c). Any other pattern, and every listing, is answered process by process.
 *
 * A probe may stand at many places, with its arguments at others in each: those are its hooks. What
 * is asked about the notes of a file is asked once, and remembered by device and inode.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "object.h"
#include "probe/match.h"
#include "proc/elfsym.h"
#include "proc/maps.h"
#include "proc/usdt.h"
#include "providers.h"

#define PID_MAX   4194304
#define NAME_MAX_ 160 /* of a provider or probe, with a process's number */

/* One place of one probe. */
struct site {
	const char *prov, *name; /* as in the note */
	uint64_t off, sem;
	const char *func;     /* NULL: not looked up yet */
	const char *args_key; /* tells apart where arguments are */
	struct dt_usdt_arg *args;
	unsigned nargs;
};

/* A file with notes. */
struct file {
	const char *path, *object; /* what to attach to; its name */
	struct site *sites;
	uint32_t nsites;
	bool has_funcs;
};

/* A probe's priv: where it hangs. */
struct hook {
	const struct file *file;
	const struct site *site;
};
struct hooks {
	int32_t pid; /* 0: in every process */
	DT_VEC(struct hook) v;
};

struct search {
	struct dt_registry *r;
	const struct dt_provider *p;
	const struct dt_query *q;
	struct dt_map *files; /* by device and inode; `none` for those without notes */
	bool by_file;         /* "python*" */
	bool found;
};

struct file_id {
	uint64_t dev, ino;
};

static const struct file none;

/* ------------------------------------------------------------------ who is meant */

/* "python1234": the number, and the name's length; 0 if it does not end in one. */
static int32_t trailing_pid(const char *prov, size_t *len)
{
	size_t n = strlen(prov), end = n;
	long pid;

	while (n && prov[n - 1] >= '0' && prov[n - 1] <= '9')
		n--;
	*len = n;
	if (!n || n == end || prov[n] == '0' || end - n > 7)
		return 0;
	pid = strtol(prov + n, NULL, 10);
	return pid <= PID_MAX ? (int32_t)pid : 0;
}

/* A name and a number, or a pattern with at least one letter; "*" alone is not asked of us. */
static bool claims(const struct dt_provider *p, const char *prov)
{
	size_t n;

	(void)p;
	if (!strncmp(prov, "pid", 3) && strspn(prov + 3, "0123456789*?[") == strlen(prov + 3))
		return false;
	if (dt_glob_literal(prov))
		return trailing_pid(prov, &n) > 0;
	for (; *prov; prov++)
		if ((*prov >= 'a' && *prov <= 'z') || (*prov >= 'A' && *prov <= 'Z'))
			return true;
	return false;
}

/* Does the pattern, but for a star at its end, match the provider's name: any number will do? */
static bool any_process(const char *pat, const char *prov)
{
	char stem[NAME_MAX_];
	size_t n = strlen(pat);

	if (!n || pat[n - 1] != '*' || (n > 1 && pat[n - 2] == '\\') || n > sizeof(stem))
		return false;
	memcpy(stem, pat, n - 1);
	stem[n - 1] = 0;
	return *stem && (dt_glob(stem, prov) || dt_glob(pat, prov));
}

/* "gc__done" is called gc-done. */
static void publish(const char *name, char *buf, size_t len)
{
	size_t n = 0;

	while (*name && n + 1 < len) {
		bool two = name[0] == '_' && name[1] == '_';

		buf[n++] = two ? '-' : *name;
		name += two ? 2 : 1;
	}
	buf[n] = 0;
}

/* ------------------------------------------------------------------ files */

static int find_symbol(void *arg, const char *name, uint64_t *vaddr)
{
	return dt_elf_symbol(*(int *)arg, name, vaddr);
}

static const char *args_key(struct dt_arena *a, const struct site *s)
{
	const char *key = "";

	for (unsigned i = 0; i < s->nargs; i++) {
		const struct dt_usdt_arg *g = &s->args[i];

		key = dt_asprintf(a, "%s%d:%d:%d:%d:%d:%d:%lld ", key, (int)g->kind, g->size,
				  g->is_signed, g->reg, g->index, g->scale, (long long)g->value);
	}
	return key;
}

/* The notes of an open file; &none if it has none that can be read. */
static const struct file *read_file(struct search *s, int fd, const char *path, const char *object)
{
	struct dt_usdt_arg args[DT_USDT_ARGS];
	struct dt_arena *a = s->r->arena;
	struct dt_usdt u;
	struct file *f;

	if (dt_usdt_read(&u, fd))
		return &none;
	f = DT_NEW(a, struct file);
	f->path = dt_intern(a, path);
	f->object = dt_intern(a, object);
	f->nsites = u.n;
	f->sites = DT_NEW_N(a, struct site, u.n);
	for (uint32_t i = 0; i < u.n; i++) {
		struct site *t = &f->sites[i];

		*t = (struct site){.prov = dt_intern(a, u.v[i].prov),
				   .name = dt_intern(a, u.v[i].name),
				   .off = u.v[i].off,
				   .sem = u.v[i].sem};
		t->nargs = dt_usdt_args(u.v[i].args, u.v[i].vaddr, find_symbol, &fd, args,
					DT_USDT_ARGS);
		t->args = DT_NEW_N(a, struct dt_usdt_arg, t->nargs + 1);
		memcpy(t->args, args, t->nargs * sizeof(*args));
		for (unsigned k = 0; k < t->nargs; k++) /* the text goes with u */
			t->args[k].text = NULL;
		t->args_key = args_key(a, t);
	}
	dt_usdt_free(&u);
	return f;
}

static const struct file *remember(struct search *s, struct file_id id, const struct file *f)
{
	dt_map_set(s->files, &id, sizeof(id), (void *)(uintptr_t)f);
	return f;
}

/* An open file, by what it is itself: /proc may number devices in another way, and a file that one
 * process has mapped may be found in a directory, too. */
static const struct file *open_file(struct search *s, int fd, const char *path, const char *object)
{
	const struct file *f;
	struct file_id id;
	struct stat st;

	if (fstat(fd, &st))
		return &none;
	id = (struct file_id){~(uint64_t)st.st_dev, st.st_ino};
	f = dt_map_get(s->files, &id, sizeof(id));
	return f ? f : remember(s, id, read_file(s, fd, path, object));
}

static const struct file *mapped_file(struct search *s, int32_t pid, const struct dt_mapping *m)
{
	struct file_id id = {m->dev, m->ino};
	const struct file *f = dt_map_get(s->files, &id, sizeof(id));
	char path[DT_OBJECT_PATH], object[DT_OBJECT_NAME];
	int fd;

	if (f)
		return f;
	fd = dt_mapping_open(pid, m, path, sizeof(path));
	if (fd < 0)
		return &none; /* gone meanwhile, perhaps: another process may show it */
	dt_mapping_object(m->path, object, sizeof(object));
	f = open_file(s, fd, path, object);
	close(fd);
	return remember(s, id, f);
}

/* Which functions the sites are in. */
static void find_functions(struct search *s, struct file *f)
{
	struct dt_elf *e = NULL;
	uint64_t delta;

	if (f->has_funcs)
		return;
	f->has_funcs = true;
	if (dt_elf_open(&e, f->path))
		e = NULL;
	for (uint32_t i = 0; i < f->nsites; i++) {
		const char *name = e ? dt_elf_lookup(e, f->sites[i].off, &delta) : NULL;

		f->sites[i].func = name ? dt_intern(s->r->arena, name) : "";
	}
	dt_elf_close(e);
}

/* ------------------------------------------------------------------ sites to probes */

static void add_site(struct search *s, const struct file *f, const struct site *t, const char *prov,
		     int32_t pid, const char *name)
{
	struct hooks *h = DT_NEW(s->r->arena, struct hooks);
	uint32_t had = s->r->probes.n;
	struct dt_probe *pr;

	h->pid = pid;
	pr = dt_probe_add(s->r, s->p, 0, prov, f->object, t->func, name, (uintptr_t)h);
	if (s->r->probes.n > had)
		pr->id = dt_registry_process_id(s->r);
	s->found = true;
	h = (struct hooks *)(uintptr_t)pr->priv;
	for (uint32_t i = 0; i < h->v.n; i++)
		if (h->v.v[i].site == t)
			return;
	dt_vec_push(s->r->arena, &h->v, ((struct hook){f, t}));
}

/* The probes of a file, in a process or (pid 0) in all. */
static void match_file(struct search *s, const struct file *f, const struct dt_object *o,
		       int32_t pid)
{
	const struct dt_query *q = s->q;
	char prov[NAME_MAX_], name[NAME_MAX_];

	for (uint32_t i = 0; i < f->nsites; i++) {
		const struct site *t = &f->sites[i];

		if (pid)
			snprintf(prov, sizeof(prov), "%s%d", t->prov, (int)pid);
		else
			snprintf(prov, sizeof(prov), "%s*", t->prov);
		if (pid ? !dt_glob(q->prov, prov) : !any_process(q->prov, t->prov))
			continue;
		publish(t->name, name, sizeof(name));
		if ((!dt_glob(q->name, name) && !dt_glob(q->name, t->name)) ||
		    !dt_object_match(q->mod, o))
			continue;
		find_functions(s, (struct file *)(uintptr_t)f);
		if (dt_glob(q->func, t->func))
			add_site(s, f, t, prov, pid, name);
	}
}

/* ------------------------------------------------------------------ processes */

static int match_process(struct search *s, int32_t pid)
{
	char program[DT_OBJECT_PATH];
	struct dt_mappings maps;
	int r = dt_mappings_read(&maps, pid);

	if (r)
		return r;
	dt_object_program(pid, program, sizeof(program));
	for (uint32_t i = 0; i < maps.n; i++) {
		const struct dt_mapping *m = &maps.v[i];
		struct dt_object o = {.path = m->path, .soname = ""};
		const struct file *f;

		if (m->path[0] != '/')
			continue;
		f = mapped_file(s, pid, m);
		if (!f->nsites)
			continue;
		o.name = f->object;
		o.is_program = !strcmp(m->path, program);
		match_file(s, f, &o, s->by_file ? 0 : pid);
	}
	dt_mappings_free(&maps);
	return 0;
}

static int match_processes(struct search *s)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	char *end;

	if (!d)
		return -errno;
	while ((e = readdir(d))) {
		long pid = strtol(e->d_name, &end, 10);

		if (!*end && pid > 0 && pid <= PID_MAX)
			match_process(s, (int32_t)pid); /* one that has ended has no probes */
	}
	closedir(d);
	return 0;
}

/* ------------------------------------------------------------------ programs that may be started
 */

static void match_program(struct search *s, const char *dir, const char *name)
{
	char path[DT_OBJECT_PATH];
	struct dt_object o = {.path = path, .name = name, .soname = "", .is_program = true};
	const struct file *f;
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_mode & 0111) {
		f = open_file(s, fd, path, name);
		if (f->nsites)
			match_file(s, f, &o, 0);
	}
	close(fd);
}

/* The usual places; all that is there, or what is called like the provider. */
static void match_programs(struct search *s, bool all)
{
	static const char *const dirs[] = {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
					   "/usr/bin"};

	for (unsigned i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		DIR *d = opendir(dirs[i]);
		struct dirent *e;

		while (d && (e = readdir(d)))
			if (e->d_type == DT_REG && (all || dt_glob(s->q->prov, e->d_name)))
				match_program(s, dirs[i], e->d_name);
		if (d)
			closedir(d);
	}
}

/* ------------------------------------------------------------------ the contract */

static int match_one_process(struct search *s, int32_t pid)
{
	int r = s->r->settle ? s->r->settle(s->r, pid) : 0;

	if (!r) {
		r = match_process(s, pid);
		if (r && r != -ESRCH)
			r = dt_registry_fail(s->r, D_PROC_GRAB, r,
					     "process %d cannot be traced: %s", (int)pid,
					     strerror(-r));
	}
	return r == -ESRCH ? 0 : r; /* no process, no probes */
}

static int match(struct dt_registry *r, const struct dt_provider *p, const struct dt_query *q)
{
	struct search s = {.r = r, .p = p, .q = q};
	size_t len;
	int err;

	s.files = dt_map_gets(r->memo, p->name);
	if (!s.files) {
		s.files = dt_map_new(r->arena);
		dt_map_sets(r->memo, p->name, s.files);
	}
	if (dt_glob_literal(q->prov))
		return match_one_process(&s, trailing_pid(q->prov, &len));
	s.by_file = !q->listing && q->prov[strlen(q->prov) - 1] == '*';
	err = match_processes(&s);
	if (err || !s.by_file)
		return err;
	match_programs(&s, false);
	if (!s.found)
		match_programs(&s, true);
	if (s.found)
		return 0;
	s.by_file = false; /* python12* may be a part of a number */
	return match_processes(&s);
}

/* By size and sign; of several places the widest. */
static int args(struct dt_registry *r, const struct dt_probe *pr, struct dt_types *ts,
		struct dt_argdesc *out, int max)
{
	const struct hooks *h = (const struct hooks *)(uintptr_t)pr->priv;
	int n = 0;

	(void)r;
	for (uint32_t i = 0; i < h->v.n; i++)
		if ((int)h->v.v[i].site->nargs > n)
			n = (int)h->v.v[i].site->nargs;
	n = n < max ? n : max;
	for (int k = 0; k < n; k++) {
		const struct dt_type *const types[][2] = {{ts->t_uint8, ts->t_int8},
							  {ts->t_uint16, ts->t_int16},
							  {ts->t_uint32, ts->t_int32},
							  {ts->t_uint64, ts->t_int64}};
		unsigned size = 0;
		bool is_signed = false;

		for (uint32_t i = 0; i < h->v.n; i++) {
			const struct site *t = h->v.v[i].site;

			if (k >= (int)t->nargs)
				continue;
			size = t->args[k].size > size ? t->args[k].size : size;
			is_signed |= t->args[k].is_signed;
		}
		out[k].type = types[size >= 8 ? 3 : size / 2][is_signed];
	}
	return n;
}

static struct dt_argsrc argsrc(const struct dt_probe *pr, const struct dt_attach *at, unsigned n)
{
	const struct site *t = (const struct site *)(uintptr_t)at->priv;
	struct dt_argsrc src = {.kind = DT_ARG_NONE};
	const struct dt_usdt_arg *g;

	(void)pr;
	if (!t || n >= t->nargs)
		return src;
	g = &t->args[n];
	src.size = g->size;
	src.is_signed = g->is_signed;
	src.value = g->value;
	switch (g->kind) {
	case DT_USDT_UNKNOWN: break;
	case DT_USDT_CONST: src.kind = DT_ARG_CONST; break;
	case DT_USDT_REG: /* its second byte is a register, too */
		src.kind = DT_ARG_REG;
		src.off = g->reg & ~7;
		src.off2 = g->reg & 7;
		break;
	case DT_USDT_MEM:
		src.kind = DT_ARG_REG_DEREF;
		src.off = g->reg;
		src.off2 = g->index;
		src.scale = g->scale;
		break;
	}
	return src;
}

static int attach(struct dt_registry *r, const struct dt_probe *pr, struct dt_hooks *out)
{
	const struct hooks *h = (const struct hooks *)(uintptr_t)pr->priv;

	(void)r;
	for (uint32_t i = 0; i < h->v.n; i++) {
		const struct site *t = h->v.v[i].site;

		dt_hook_add(out, (struct dt_attach){
					 .mech = DT_MECH_UFUNC,
					 .target = h->v.v[i].file->path,
					 .addr = t->off,
					 .ref_ctr = t->sem,
					 .pid = h->pid,
					 .args_key = t->args_key,
					 .priv = (uintptr_t)t,
				 });
	}
	return 0;
}

const struct dt_provider dt_prov_usdt = {
	.name = "usdt",
	.stability = {.prov = DT_STAB_EVOLVING_ISA,
		      .mod = DT_STAB_PRIVATE,
		      .func = DT_STAB_PRIVATE,
		      .pname = DT_STAB_EVOLVING_ISA,
		      .args = DT_STAB_EVOLVING_ISA},
	.exact = true,
	.claims = claims,
	.match = match,
	.by_id = dt_object_by_id,
	.args = args,
	.argsrc = argsrc,
	.attach = attach,
};
