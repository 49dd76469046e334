/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * D libraries: declarations (types, inlines) that every program may use. They are the files *.d of
 * the system's directory, then of each -L directory; of a directory, the subdirectory named by the
 * highest kernel version that is not above ours comes first, and hides files of the same name.
 *
 * A library is loaded after those it depends on; one that depends on something that is not here is
 * left out quietly, and so is what depends on it. Nothing is read until a program is compiled, and
 * a directory that is missing or empty costs one call of the system.
 */
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
	struct dt_source *src; /* when read */
	enum { NEW, ENTERED, DONE, LEFT_OUT } state;
};

struct loader {
	dtrace_hdl_t *h;
	DT_VEC(struct library *) libs;
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
	if (!d)
		return;
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

/* Beside the program where it was built, or where it was installed. */
static const char *system_dir(dtrace_hdl_t *h)
{
	static const char *const beside[] = {"libdtrace/dlib", "lib/dtrace"};
	char self[4096];
	ssize_t n;

	if (h->optstr[OPT_SYSLIBDIR])
		return h->optstr[OPT_SYSLIBDIR];
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[n > 0 ? n : 0] = '\0';
	for (int up = 0; up < 2; up++) { /* .../build/dtrace: two names up */
		char *slash = strrchr(self, '/');

		if (slash)
			*slash = '\0';
	}
	for (size_t i = 0; self[0] && i < sizeof(beside) / sizeof(beside[0]); i++) {
		const char *dir = dt_asprintf(h->arena, "%s/%s", self, beside[i]);

		if (is_dir(dir))
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

/* Depth first: what it needs, then itself. */
static int load(struct loader *ld, struct library *l)
{
	dtrace_hdl_t *h = ld->h;
	struct dt_parse_opts *po;
	uint32_t base = ld->needs.n;
	bool left_out;
	int rc;

	if (l->state == DONE || l->state == LEFT_OUT)
		return 0;
	if (l->state == ENTERED)
		return cycle(ld, l);
	if (read_library(h, l))
		return -1;
	l->state = ENTERED;
	dt_vec_push(h->arena, &ld->path, l);
	po = dt_parse_opts_new(h, DTRACE_PROBESPEC_NAME, 0, NULL);
	po->depends_on = on_depends;
	po->ctx = ld; /* nothing else is asked */
	ld->missing = false;
	dt_parse_depends(&h->diags, l->src, po);
	left_out = ld->missing;
	for (uint32_t i = base; i < ld->needs.n; i++) {
		struct library *need = find(ld, l, ld->needs.v[i]);

		if (need && load(ld, need))
			return -1;
		left_out = left_out || !need || need->state == LEFT_OUT;
	}
	ld->needs.n = base;
	ld->path.n--;
	l->state = left_out ? LEFT_OUT : DONE;
	if (left_out)
		return 0;
	po = dt_parse_opts_new(h, DTRACE_PROBESPEC_NAME, 0, NULL);
	po->depends_on = satisfied;
	rc = dt_compile_library(h, l->src, po);
	return rc;
}

int dt_libraries_load(dtrace_hdl_t *h)
{
	struct loader ld = {.h = h};
	const char *best;

	if (h->libs_loaded)
		return 0;
	h->libs_loaded = true;
	if (dt_optbool(h, OPT_NOLIBS))
		return 0;
	scan(&ld, system_dir(h), 0, &best);
	for (uint32_t i = 0; i < h->libdirs.n; i++)
		scan(&ld, h->libdirs.v[i], ld.libs.n, &best);
	for (uint32_t i = 0; i < ld.libs.n; i++)
		if (load(&ld, ld.libs.v[i]))
			return -1;
	return 0;
}
