/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Function symbols of an ELF file, sorted by address, from .symtab or else .dynsym.
 *
 * The file is read, never mapped (one that is truncated while we look must not kill us), only if it
 * is a regular file, and closed again: what is kept is the segments, 16 bytes a name and a copy of
 * the names. Everything in it may be a lie: counts and sizes have limits, names are checked to end
 * inside their table, and a lookup walks back a fixed number of steps at most.
 *
 * Of a stripped file, what was stripped off is used where it is installed:
 * /usr/lib/debug/.build-id/93/ac61...debug, by the id that the file has in a note.
 *
 * An address with several names has one in `sym`, the one to print, and the others in `alias`.
 */
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "proc/elfsym.h"

#define MAX_SEGMENTS 256u
#define MAX_SECTIONS 65536u
#define MAX_SYMBOLS  (8u << 20)
#define MAX_NAMES    (1u << 30)
#define MAX_NAME     256u
#define WALK_BACK    64u
#define MAX_DYNAMIC  4096u

/* sym.size: how long; what binding, while names are compared; whether a resolver (IFUNC) */
#define SIZE_MASK  0x1fffffffu
#define RANK_SHIFT 29
#define RANK(size) ((size) >> RANK_SHIFT & 3)
#define IFUNC      0x80000000u

struct sym {
	uint64_t addr;
	uint32_t size, name;
};

struct segment {
	uint64_t off, vaddr, filesz;
	bool exec;
};

struct dt_elf {
	struct segment seg[MAX_SEGMENTS];
	uint32_t nseg, nsym, nalias;
	struct sym *sym, *alias;
	char *names;
	uint32_t names_len;
	uint64_t entry; /* where a program begins */
	char soname[128];
};

/* ------------------------------------------------------------------ indexing */

static int read_segments(struct dt_elf *e, Elf *elf)
{
	size_t n;

	if (elf_getphdrnum(elf, &n))
		return -ENOEXEC;
	for (size_t i = 0; i < n && e->nseg < MAX_SEGMENTS; i++) {
		GElf_Phdr ph;

		if (!gelf_getphdr(elf, (int)i, &ph))
			break;
		if (ph.p_type == PT_LOAD)
			e->seg[e->nseg++] = (struct segment){ph.p_offset, ph.p_vaddr, ph.p_filesz,
							     (ph.p_flags & PF_X) != 0};
	}
	return 0;
}

/* The symbol table with most to say. */
static Elf_Scn *find_table(Elf *elf, GElf_Shdr *out)
{
	Elf_Scn *best = NULL, *s = NULL;
	uint32_t n = 0;

	while ((s = elf_nextscn(elf, s)) && n++ < MAX_SECTIONS) {
		GElf_Shdr sh;

		if (!gelf_getshdr(s, &sh))
			continue;
		if (sh.sh_type == SHT_SYMTAB || (sh.sh_type == SHT_DYNSYM && !best)) {
			best = s;
			*out = sh;
			if (sh.sh_type == SHT_SYMTAB)
				break;
		}
	}
	return best;
}

#define DEBUG_DIR "/usr/lib/debug/.build-id"
#define MAX_ID    64u

/* The id that the linker gave it, as "93/ac61...". */
static bool build_id(Elf *elf, char *out, size_t len)
{
	Elf_Scn *s = NULL;
	uint32_t n = 0;

	while ((s = elf_nextscn(elf, s)) && n++ < MAX_SECTIONS) {
		size_t at, name, desc;
		GElf_Shdr sh;
		GElf_Nhdr nh;
		Elf_Data *d;

		if (!gelf_getshdr(s, &sh) || sh.sh_type != SHT_NOTE)
			continue;
		d = elf_getdata(s, NULL);
		for (at = 0; d && (at = gelf_getnote(d, at, &nh, &name, &desc));) {
			const unsigned char *id = (unsigned char *)d->d_buf + desc;

			if (nh.n_type != NT_GNU_BUILD_ID || nh.n_namesz != 4 ||
			    memcmp((char *)d->d_buf + name, "GNU", 4) != 0 || nh.n_descsz < 2 ||
			    nh.n_descsz > MAX_ID || len < 2 * nh.n_descsz + 2)
				continue;
			for (size_t i = 0; i < nh.n_descsz; i++)
				out += sprintf(out, i == 1 ? "/%02x" : "%02x", id[i]);
			return true;
		}
	}
	return false;
}

/* The file with what was stripped off. *fd is to be closed after it. */
static Elf *open_debug(Elf *elf, int *fd)
{
	char id[2 * MAX_ID + 2], path[sizeof(DEBUG_DIR) + sizeof(id) + 8];
	struct stat st;
	Elf *debug;

	*fd = -1;
	if (!build_id(elf, id, sizeof(id)))
		return NULL;
	snprintf(path, sizeof(path), DEBUG_DIR "/%s.debug", id);
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (*fd < 0 || fstat(*fd, &st) || !S_ISREG(st.st_mode))
		return NULL;
	debug = elf_begin(*fd, ELF_C_READ, NULL);
	if (debug && elf_kind(debug) == ELF_K_ELF)
		return debug;
	elf_end(debug);
	return NULL;
}

static int copy_names(struct dt_elf *e, Elf *elf, const GElf_Shdr *sh)
{
	Elf_Scn *s = elf_getscn(elf, sh->sh_link);
	Elf_Data *d = s ? elf_getdata(s, NULL) : NULL;

	if (!d || !d->d_buf || !d->d_size || d->d_size > MAX_NAMES)
		return -ENOEXEC;
	e->names = malloc(d->d_size + 1);
	if (!e->names)
		return -ENOMEM;
	memcpy(e->names, d->d_buf, d->d_size);
	e->names[d->d_size] = 0;
	e->names_len = (uint32_t)d->d_size;
	return 0;
}

static unsigned underscores(const char *s)
{
	unsigned n = 0;

	while (s[n] == '_' && n < 8)
		n++;
	return n;
}

/* By address; of several names for one address the one a person would use comes first: not local,
 * few underscores, global before weak, the first of the alphabet. */
static int cmp_sym(const void *a, const void *b, void *arg)
{
	const struct sym *x = a, *y = b;
	const struct dt_elf *e = arg;
	const char *nx = e->names + x->name, *ny = e->names + y->name;
	unsigned lx = RANK(x->size), ly = RANK(y->size), ux, uy;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	if ((lx == 2) != (ly == 2))
		return lx == 2 ? 1 : -1;
	ux = underscores(nx);
	uy = underscores(ny);
	if (ux != uy)
		return ux < uy ? -1 : 1;
	if (lx != ly)
		return lx < ly ? -1 : 1;
	return strcmp(nx, ny);
}

/* foo@@V2 is the version of foo that is meant when none is named: just foo. */
static void cut_version(struct dt_elf *e, uint32_t name)
{
	char *s = e->names + name, *at = memchr(s, '@', strnlen(s, MAX_NAME));

	if (at && at > s && at[1] == '@')
		*at = 0;
}

static void add_symbol(struct dt_elf *e, const GElf_Sym *s)
{
	unsigned type = GELF_ST_TYPE(s->st_info), bind = GELF_ST_BIND(s->st_info);
	unsigned rank = bind == STB_LOCAL ? 2 : bind == STB_WEAK ? 1 : 0;

	if ((type != STT_FUNC && type != STT_GNU_IFUNC) || s->st_shndx == SHN_UNDEF || !s->st_value)
		return;
	if (s->st_name >= e->names_len || !e->names[s->st_name])
		return;
	cut_version(e, s->st_name);
	e->sym[e->nsym++] = (struct sym){
		.addr = s->st_value,
		.size = (uint32_t)(s->st_size > SIZE_MASK ? SIZE_MASK : s->st_size) |
			rank << RANK_SHIFT | (type == STT_GNU_IFUNC ? IFUNC : 0),
		.name = s->st_name,
	};
}

/* e->sym is sorted: of each address the first stays. */
static int split_aliases(struct dt_elf *e)
{
	uint32_t n = 0, all = e->nsym;

	for (uint32_t i = 0; i < all; i++)
		n += i && e->sym[i].addr == e->sym[i - 1].addr;
	e->alias = malloc((n + 1) * sizeof(*e->alias));
	if (!e->alias)
		return -ENOMEM;
	n = 0;
	for (uint32_t i = 0; i < all; i++) {
		struct sym y = e->sym[i], *prev = n ? &e->sym[n - 1] : NULL;

		y.size &= ~(3u << RANK_SHIFT);
		if (!prev || prev->addr != y.addr) {
			e->sym[n++] = y;
			continue;
		}
		if ((y.size & SIZE_MASK) > (prev->size & SIZE_MASK))
			prev->size = (y.size & SIZE_MASK) | (prev->size & IFUNC);
		e->alias[e->nalias++] = y;
	}
	e->nsym = n;
	return 0;
}

static int read_table(struct dt_elf *e, Elf *elf, Elf_Scn *s, GElf_Shdr sh)
{
	Elf_Data *d = s ? elf_getdata(s, NULL) : NULL;
	size_t n;
	int r;

	if (!d || !d->d_buf || !sh.sh_entsize)
		return 0; /* stripped: a file without symbols is no error */
	n = d->d_size / (gelf_fsize(elf, ELF_T_SYM, 1, EV_CURRENT) ?: 1);
	n = n > MAX_SYMBOLS ? MAX_SYMBOLS : n;
	r = copy_names(e, elf, &sh);
	if (r)
		return r == -ENOEXEC ? 0 : r;
	e->sym = malloc((n + 1) * sizeof(*e->sym));
	if (!e->sym)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		GElf_Sym sym;

		if (gelf_getsym(d, (int)i, &sym))
			add_symbol(e, &sym);
	}
	qsort_r(e->sym, e->nsym, sizeof(*e->sym), cmp_sym, e);
	return split_aliases(e);
}

static int read_symbols(struct dt_elf *e, Elf *elf)
{
	GElf_Shdr sh = {0}, other = {0};
	Elf_Scn *s = find_table(elf, &sh), *full = NULL;
	Elf *debug = NULL;
	int fd = -1, r;

	if (!s || sh.sh_type != SHT_SYMTAB) {
		debug = open_debug(elf, &fd);
		full = debug ? find_table(debug, &other) : NULL;
	}
	if (full && other.sh_type == SHT_SYMTAB)
		r = read_table(e, debug, full, other);
	else
		r = read_table(e, elf, s, sh);
	elf_end(debug);
	if (fd >= 0)
		close(fd);
	return r;
}

/* What it calls itself, for those who know a library by that name. */
static void read_soname(struct dt_elf *e, Elf *elf)
{
	Elf_Scn *s = NULL;
	uint32_t n = 0;

	while ((s = elf_nextscn(elf, s)) && n++ < MAX_SECTIONS) {
		Elf_Data *d;
		GElf_Shdr sh;
		GElf_Dyn dyn;

		if (!gelf_getshdr(s, &sh) || sh.sh_type != SHT_DYNAMIC)
			continue;
		d = elf_getdata(s, NULL);
		for (int i = 0; d && i < (int)MAX_DYNAMIC && gelf_getdyn(d, i, &dyn); i++) {
			const char *name = dyn.d_tag == DT_SONAME
						   ? elf_strptr(elf, sh.sh_link, dyn.d_un.d_val)
						   : NULL;

			if (name && strlen(name) < sizeof(e->soname))
				strcpy(e->soname, name);
			if (name || dyn.d_tag == DT_NULL)
				break;
		}
		return;
	}
}

static int index_elf(struct dt_elf **out, Elf *elf, bool symbols)
{
	struct dt_elf *e;
	int r = -ENOEXEC;
	GElf_Ehdr eh;

	if (!elf || elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &eh))
		return r;
	e = calloc(1, sizeof(*e));
	if (!e)
		return -ENOMEM;
	e->entry = eh.e_entry;
	r = read_segments(e, elf);
	if (!r && symbols) {
		read_soname(e, elf);
		r = read_symbols(e, elf);
	}
	if (r)
		dt_elf_close(e);
	else
		*out = e;
	return r;
}

int dt_elf_open_fd(struct dt_elf **out, int fd, bool symbols)
{
	Elf *elf;
	int r;

	*out = NULL;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	r = index_elf(out, elf, symbols);
	elf_end(elf);
	return r;
}

int dt_elf_open(struct dt_elf **out, const char *path)
{
	/* a FIFO or device under a library's name must not block us */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), r = -ENOEXEC;
	struct stat st;

	*out = NULL;
	if (fd < 0)
		return -errno;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		r = dt_elf_open_fd(out, fd, true);
	close(fd);
	return r;
}

int dt_elf_open_memory(struct dt_elf **out, const void *image, size_t size)
{
	char *copy = malloc(size ? size : 1); /* libelf wants to write to it */
	Elf *elf;
	int r;

	*out = NULL;
	if (!copy)
		return -ENOMEM;
	memcpy(copy, image, size);
	elf_version(EV_CURRENT);
	elf = elf_memory(copy, size);
	r = index_elf(out, elf, true);
	elf_end(elf);
	free(copy);
	return r;
}

void dt_elf_close(struct dt_elf *e)
{
	if (!e)
		return;
	free(e->sym);
	free(e->alias);
	free(e->names);
	free(e);
}

/* ------------------------------------------------------------------ looking up */

static bool to_vaddr(const struct dt_elf *e, uint64_t off, uint64_t *vaddr)
{
	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < e->nseg; i++) {
			const struct segment *s = &e->seg[i];

			if (s->exec != !pass || off < s->off || off - s->off >= s->filesz)
				continue;
			*vaddr = s->vaddr + (off - s->off);
			return true;
		}
	}
	return false;
}

bool dt_elf_offset(const struct dt_elf *e, uint64_t vaddr, bool exec, uint64_t *off)
{
	for (uint32_t i = 0; i < e->nseg; i++) {
		const struct segment *s = &e->seg[i];

		if (s->exec != exec || vaddr < s->vaddr || vaddr - s->vaddr >= s->filesz)
			continue;
		*off = s->off + (vaddr - s->vaddr);
		return true;
	}
	return false;
}

uint64_t dt_elf_entry(const struct dt_elf *e)
{
	return e->entry;
}

const char *dt_elf_soname(const struct dt_elf *e)
{
	return e->soname;
}

/* Names that the compiler or the linker made: foo.cold, foo@@V2. */
static bool is_made(const char *name)
{
	return strpbrk(name, ".@") != NULL;
}

static const char *matching(const struct dt_elf *e, const struct sym *s, const char *pat,
			    dt_elf_match *match)
{
	const char *name = e->names + s->name;

	return !strcmp(pat, name) || (!is_made(name) && match(pat, name)) ? name : NULL;
}

int dt_elf_functions(const struct dt_elf *e, const char *pat, dt_elf_match *match,
		     dt_elf_func_cb *cb, void *arg)
{
	const struct sym *a = e->alias, *end = a + e->nalias;
	int r = 0;

	for (uint32_t i = 0; i < e->nsym && !r; i++) {
		const struct sym *s = &e->sym[i];
		struct dt_elf_func f = {.vaddr = s->addr,
					.size = s->size & SIZE_MASK,
					.ifunc = (s->size & IFUNC) != 0};

		f.name = matching(e, s, pat, match);
		for (; a < end && a->addr <= s->addr; a++) {
			if (!f.name)
				f.name = matching(e, a, pat, match);
			f.ifunc |= (a->size & IFUNC) != 0;
		}
		if (f.name && dt_elf_offset(e, f.vaddr, true, &f.off))
			r = cb(arg, &f);
	}
	return r;
}

static bool find_in(Elf *elf, Elf_Scn *s, const GElf_Shdr *sh, const char *name, uint64_t *vaddr)
{
	Elf_Data *d = elf_getdata(s, NULL);
	GElf_Sym y;

	for (int i = 0; d && i < (int)MAX_SYMBOLS && gelf_getsym(d, i, &y); i++) {
		const char *n =
			y.st_shndx == SHN_UNDEF ? NULL : elf_strptr(elf, sh->sh_link, y.st_name);

		if (!n || strcmp(n, name) || GELF_ST_TYPE(y.st_info) == STT_TLS)
			continue;
		*vaddr = y.st_value;
		return true;
	}
	return false;
}

int dt_elf_symbol(int fd, const char *name, uint64_t *vaddr)
{
	uint32_t n = 0;
	bool found = false;
	Elf_Scn *s = NULL;
	GElf_Shdr sh;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!elf || elf_kind(elf) != ELF_K_ELF) {
		elf_end(elf);
		return -ENOEXEC;
	}
	while (!found && (s = elf_nextscn(elf, s)) && n++ < MAX_SECTIONS)
		if (gelf_getshdr(s, &sh) && (sh.sh_type == SHT_SYMTAB || sh.sh_type == SHT_DYNSYM))
			found = find_in(elf, s, &sh, name, vaddr);
	elf_end(elf);
	return found ? 0 : -ENOENT;
}

const char *dt_elf_lookup(const struct dt_elf *e, uint64_t off, uint64_t *delta)
{
	uint32_t lo = 0, hi = e->nsym;
	uint64_t v;

	if (!to_vaddr(e, off, &v))
		return NULL;
	while (lo < hi) { /* the first symbol beyond v */
		uint32_t mid = lo + (hi - lo) / 2;

		if (e->sym[mid].addr <= v)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (uint32_t k = 0; k < WALK_BACK && lo > 0; k++) {
		const struct sym *s = &e->sym[--lo];

		uint32_t size = s->size & SIZE_MASK;

		/* one without a size (assembler) reaches to the next */
		if (v - s->addr < size || (!size && k == 0)) {
			*delta = v - s->addr;
			return e->names + s->name;
		}
	}
	return NULL;
}
