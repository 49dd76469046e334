/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * D libraries: declarations (types, inlines, translators) that every program may use. They are the
 * files *.d of the system's directory, then of each -L directory; of a directory, the subdirectory
 * named by the highest kernel version that is not above ours comes first, and hides files of the
 * same name.
 *
 * A library is loaded after those it depends on; one that depends on something that is not here is
 * left out quietly, and so is what depends on it. Nothing is read until a program is compiled, and
 * a directory that is missing or empty costs one call of the system.
 *
 * The system's libraries are for everybody, so they cost nothing to who does not use them: when the
 * first program comes, their text is only looked through for the names that it declares (names()),
 * which takes microseconds. A library is compiled when one of its names stands in a program, in
 * another library that is compiled, or is asked for as a type (a provider's args[]). Whoever gives
 * -L wants those libraries: they are compiled at once, and their mistakes reported.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "api/internal.h"

#ifndef DT_LIBDIR
#define DT_LIBDIR "/usr/local/lib/dtrace"
#endif

struct library {
	const char *name; /* x.d */
	const char *dir;
	bool lazy;             /* the system's */
	struct dt_source *src; /* when read */
	enum { NEW, ENTERED, DONE, LEFT_OUT } state;
};

struct loader {
	dtrace_hdl_t *h;
	DT_VEC(struct library *) libs;
	struct dt_map *names;          /* declared by a lazy library: to the library */
	DT_VEC(struct library *) path; /* those being entered, each needed by the one before */
	bool missing;                  /* what the one being read depends on */
	DT_VEC(const char *) needs;    /* and the libraries it names */
};

/* ------------------------------------------------------------------ finding */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "6.1" or "6.1.2" as a number; 0: not a version. */
static uint64_t version(const char *s)
{
	unsigned v[3] = {0};
	int end = 0;

	if (sscanf(s, "%u.%u%n.%u%n", &v[0], &v[1], &end, &v[2], &end) < 2)
		return 0;
	return (uint64_t)v[0] << 32 | (uint64_t)(v[1] & 0xffff) << 16 | (v[2] & 0xffff);
}

static bool known(const struct loader *ld, const char *name, uint32_t from)
{
	for (uint32_t i = from; i < ld->libs.n; i++)
		if (!strcmp(ld->libs.v[i]->name, name))
			return true;
	return false;
}

/* The files of one directory, by name; *best is its subdirectory for this kernel. */
static void scan(struct loader *ld, const char *dir, uint32_t from, const char **best)
{
	struct dt_arena *a = ld->h->arena;
	DT_VEC(const char *) names = {0};
	uint64_t top = 0, ours = 0, v;
	struct utsname u;
	struct dirent *e;
	DIR *d = opendir(dir);
	size_t len;

	if (best)
		*best = NULL;
	if (!d) {
		dt_debug(ld->h, "no libraries in %s: %s", dir, strerror(errno));
		return;
	}
	while ((e = readdir(d))) {
		len = strlen(e->d_name);
		if (len > 2 && e->d_name[0] != '.' && !strcmp(e->d_name + len - 2, ".d")) {
			dt_vec_push(a, &names, dt_strdup(a, e->d_name));
			continue;
		}
		v = best ? version(e->d_name) : 0;
		if (v && !ours)
			ours = uname(&u) ? 0 : version(u.release);
		if (v && v <= ours && v > top) {
			top = v;
			*best = dt_asprintf(a, "%s/%s", dir, e->d_name);
		}
	}
	closedir(d);
	if (best && *best)
		scan(ld, *best, from, NULL);
	if (names.n)
		qsort(names.v, names.n, sizeof(*names.v), by_name);
	for (uint32_t i = 0; i < names.n; i++) {
		struct library *l;

		if (known(ld, names.v[i], from))
			continue;
		l = DT_NEW(a, struct library);
		*l = (struct library){.name = names.v[i], .dir = dir};
		dt_vec_push(a, &ld->libs, l);
	}
}

static bool is_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static void cut_name(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash)
		*slash = '\0';
}

/* Beside the program where it was built (.../build/dtrace, .../build/asan/dtrace), or where it was
 * installed (.../sbin/dtrace). */
static const char *system_dir(dtrace_hdl_t *h)
{
	static const struct {
		int up; /* names to leave out */
		const char *dir;
	} beside[] = {{2, "libdtrace/dlib"}, {2, "lib/dtrace"}, {3, "libdtrace/dlib"}};
	char self[4096];
	int up = 0;
	ssize_t n;

	if (h->optstr[OPT_SYSLIBDIR])
		return h->optstr[OPT_SYSLIBDIR];
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[n > 0 ? n : 0] = '\0';
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
		const char *dir;

		for (; up < beside[i].up; up++)
			cut_name(self);
		dir = dt_asprintf(h->arena, "%s/%s", self, beside[i].dir);
		if (self[0] && is_dir(dir))
			return dir;
	}
	return DT_LIBDIR;
}

/* ------------------------------------------------------------------ loading */

static int on_depends(void *ctx, const char *kind, const char *name)
{
	struct loader *ld = ctx;

	if (!strcmp(kind, "library"))
		dt_vec_push(ld->h->arena, &ld->needs, dt_strdup(ld->h->arena, name));
	else if (!dt_is_here(ld->h, kind, name))
		ld->missing = true;
	return 0;
}

static int satisfied(void *ctx, const char *kind, const char *name)
{
	(void)ctx;
	(void)kind;
	(void)name;
	return 0;
}

/* In the same directory, or else in any. */
static struct library *find(const struct loader *ld, const struct library *from, const char *name)
{
	struct library *other = NULL;

	for (uint32_t i = 0; i < ld->libs.n; i++) {
		struct library *l = ld->libs.v[i];

		if (strcmp(l->name, name))
			continue;
		if (l->dir == from->dir)
			return l;
		other = other ? other : l;
	}
	return other;
}

/* What libraries of this name declare elsewhere, every program knows here. */
static bool is_built_in(const char *name)
{
	static const char *const names[] = {"errno.d", "regs.d", "sched.d", "signal.d", "unistd.d"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static int read_library(dtrace_hdl_t *h, struct library *l)
{
	const char *path = dt_asprintf(h->arena, "%s/%s", l->dir, l->name);
	FILE *fp = fopen(path, "re");
	char *text = NULL;
	size_t len = 0;
	int rc;

	if (!fp)
		return dt_fail(h, errno, "failed to open library %s: %s", path, strerror(errno));
	rc = dt_slurp(fp, &text, &len);
	fclose(fp);
	if (rc)
		return dt_fail(h, -rc, "failed to read library %s: %s", path, strerror(-rc));
	l->src = dt_source_add(&h->diags, DT_SRC_LIBRARY, path, text ? text : "", len);
	free(text);
	return l->src ? 0 : dt_fail(h, EDT_COMPILER, NULL);
}

static int cycle(struct loader *ld, const struct library *l)
{
	const char *names = "";
	uint32_t i = 0;

	while (ld->path.v[i] != l)
		i++;
	for (; i < ld->path.n; i++)
		names = dt_asprintf(ld->h->arena, "%s%s needs ", names, ld->path.v[i]->name);
	dt_error(&ld->h->diags, (struct dt_span){.src = l->src->id}, D_PRAGMA_DEPEND,
		 "libraries depend on each other: %s%s", names, l->name);
	return dt_fail(ld->h, EDT_COMPILER, NULL);
}

static int load_for(struct loader *ld, const char *text);

/* This may be in the middle of a program that is being checked: its state is kept. */
static int compile(struct loader *ld, struct library *l)
{
	dtrace_hdl_t *h = ld->h;
	struct dt_parse_opts *outer = h->po, *po;
	const struct dt_macros *macros = h->sema.macros;
	int rc;

	if (load_for(ld, l->src->text))
		return -1;
	po = dt_parse_opts_new(h, DTRACE_PROBESPEC_NAME, 0, NULL);
	po->depends_on = satisfied;
	rc = dt_compile_library(h, l->src, po, l->lazy);
	h->po = outer;
	h->sema.macros = macros;
	return rc;
}

/* Depth first: what it needs, then itself. */
static int load(struct loader *ld, struct library *l)
{
	dtrace_hdl_t *h = ld->h;
	uint32_t base = ld->needs.n;
	bool left_out;

	if (l->state == DONE || l->state == LEFT_OUT)
		return 0;
	if (l->state == ENTERED)
		return cycle(ld, l);
	if (!l->src && read_library(h, l))
		return -1;
	l->state = ENTERED;
	dt_vec_push(h->arena, &ld->path, l);
	ld->missing = false;
	dt_parse_depends(&h->diags, l->src,
			 &(struct dt_parse_opts){.depends_on = on_depends, .ctx = ld});
	left_out = ld->missing;
	for (uint32_t i = base; i < ld->needs.n; i++) {
		struct library *need = find(ld, l, ld->needs.v[i]);

		if (need && load(ld, need))
			return -1;
		left_out = left_out || (need ? need->state == LEFT_OUT
					     : !is_built_in(ld->needs.v[i]));
	}
	ld->needs.n = base;
	ld->path.n--;
	l->state = left_out ? LEFT_OUT : DONE;
	if (left_out) {
		dt_debug(h, "library %s left out", l->src->name);
		return 0;
	}
	if (compile(ld, l))
		return -1;
	dt_debug(h, "library %s loaded", l->src->name);
	return 0;
}

/* ------------------------------------------------------------------ names */

static bool word_start(char c)
{
	return isalpha((unsigned char)c) || c == '_';
}

static bool word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Behind a comment, a string, a character or a line of the preprocessor's that starts at p; p
 * itself if none does. */
static const char *skip_other(const char *p)
{
	const char *q;

	if (p[0] == '/' && p[1] == '*') {
		q = strstr(p + 2, "*/");
		return q ? q + 2 : p + strlen(p);
	}
	if (*p == '#')
		return p + strcspn(p, "\n");
	if (*p == '"' || *p == '\'') {
		char end = *p++;

		for (; *p && *p != end && *p != '\n'; p++)
			p += *p == '\\' && p[1];
		return *p ? p + 1 : p;
	}
	return p;
}

/*
 * What a library declares, without parsing it: a word outside of all brackets that is followed by
 * = [ { or ; or that follows `translator`, and every word in the braces of an enum. It may take too
 * much for a name, and then a library is compiled in vain.
 */
static void names(struct loader *ld, struct library *l)
{
	bool in_enum = false, after_translator = false;
	unsigned depth = 0;
	size_t len;

	for (const char *p = l->src->text, *q, *next; *p; p = q) {
		q = skip_other(p);
		if (q != p)
			continue;
		q = p + 1;
		if (*p == '{' || *p == '(')
			depth++;
		else if ((*p == '}' || *p == ')') && depth && !--depth)
			in_enum = false;
		if (!word_start(*p))
			continue;
		while (word_char(*q))
			q++;
		len = (size_t)(q - p);
		in_enum |= depth == 0 && len == 4 && !memcmp(p, "enum", 4);
		for (next = q; *next == ' ' || *next == '\n' || *next == '\t';)
			next++;
		if ((depth == 0 && (after_translator || (*next && strchr("=[{;", *next)))) ||
		    (depth == 1 && in_enum))
			if (!dt_map_get(ld->names, p, len))
				dt_map_set(ld->names, p, len, l);
		after_translator = len == 10 && !memcmp(p, "translator", 10);
	}
}

/* Loads the libraries that a word of the text belongs to. */
static int load_for(struct loader *ld, const char *text)
{
	for (const char *p = text; *p;) {
		struct library *l;
		const char *q = skip_other(p);

		if (q != p) {
			p = q;
			continue;
		}
		if (!word_start(*p)) {
			p += word_char(*p) ? strspn(p, "0123456789") : 1;
			continue;
		}
		while (word_char(*q))
			q++;
		l = dt_map_get(ld->names, p, (size_t)(q - p));
		if (l && l->state == NEW && load(ld, l))
			return -1;
		p = q;
	}
	return 0;
}

/* For the types: a name that D does not know may be a library's. */
static bool resolve(void *ctx, const char *name)
{
	struct loader *ld = ctx;
	struct library *l = dt_map_gets(ld->names, name);

	return l && l->state == NEW && !load(ld, l) && l->state == DONE;
}

int dt_libraries_for(dtrace_hdl_t *h, const struct dt_source *src, int argc, char *const argv[])
{
	if (!h->libs || !dt_map_count(h->libs->names))
		return 0;
	for (int i = 0; i < argc; i++) /* $1 may be a name */
		if (load_for(h->libs, argv[i]))
			return -1;
	return load_for(h->libs, src->text);
}

int dt_libraries_load(dtrace_hdl_t *h)
{
	struct loader *ld = h->libs;
	const char *best;
	uint32_t nsys;

	if (ld)
		return 0;
	ld = h->libs = DT_NEW(h->arena, struct loader);
	ld->h = h;
	ld->names = dt_map_new(h->arena);
	if (dt_optbool(h, OPT_NOLIBS))
		return 0;
	scan(ld, system_dir(h), 0, &best);
	nsys = ld->libs.n;
	for (uint32_t i = 0; i < h->libdirs.n; i++)
		scan(ld, h->libdirs.v[i], ld->libs.n, &best);
	for (uint32_t i = 0; i < nsys; i++) {
		struct library *l = ld->libs.v[i];

		l->lazy = true;
		if (read_library(h, l))
			return -1;
		names(ld, l);
	}
	h->types.resolve = resolve;
	h->types.resolve_ctx = ld;
	for (uint32_t i = nsys; i < ld->libs.n; i++)
		if (load(ld, ld->libs.v[i]))
			return -1;
	return 0;
}
