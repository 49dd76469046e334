/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ftrace knows what can be traced: tracefs has its list, available_filter_functions, and newer kernels
 * one with addresses beside it, which takes them twice as long.
 *
 *	ffffffff81200044 trace_initcall_start_cb
 *	ffffffffc0201234 ext4_file_open [ext4]
 *
 * The addresses are those of the call that ftrace patches. It is a function's first instruction, but
 * for the mark of an indirect branch's target before it; which of the two shows in the alignment.
 *
 * Where tracefs is not mounted, an instance of our own is, which nobody else sees and which goes with
 * its file descriptor.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "proc/kfunc.h"

#define LIST  "available_filter_functions"
#define CHUNK (1u << 20)

#define ALIGNED 16 /* what functions are */
#define MARK    4  /* bytes of endbr64, bti */

/* The mount calls, which older headers lack. */
enum { NR_FSOPEN = 430, NR_FSCONFIG = 431, NR_FSMOUNT = 432 };
enum { CLOEXEC = 1, CMD_CREATE = 6 };

static int own_tracefs(void)
{
	int fs = (int)syscall(NR_FSOPEN, "tracefs", CLOEXEC), mnt = -1;

	if (fs < 0)
		return -1;
	if (!syscall(NR_FSCONFIG, fs, CMD_CREATE, NULL, NULL, 0))
		mnt = (int)syscall(NR_FSMOUNT, fs, CLOEXEC, 0);
	close(fs);
	return mnt;
}

/* A list, opened for reading. */
static int open_list(const char *name)
{
	static const char *const dirs[] = {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"};
	int dir, fd = -1, err = ENOENT;

	for (unsigned i = 0; i < 3 && fd < 0; i++) {
		dir = i < 2 ? open(dirs[i], O_PATH | O_DIRECTORY | O_CLOEXEC) : own_tracefs();
		if (dir < 0)
			continue;
		fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
		if (fd < 0 && errno != ENOENT)
			err = errno;
		close(dir);
	}
	return fd < 0 ? -err : fd;
}

/* All of it, NUL-terminated, in the arena. */
static int read_list(struct dt_arena *a, int fd, char **text)
{
	size_t cap = CHUNK, n = 0;
	char *buf = malloc(cap), *more;
	ssize_t r = 0;

	while (buf && (r = read(fd, buf + n, cap - n - 1)) > 0) {
		n += (size_t)r;
		if (cap - n > 1)
			continue;
		more = realloc(buf, cap *= 2);
		if (!more)
			free(buf);
		buf = more;
	}
	if (!buf || r < 0) {
		int err = buf ? -errno : -ENOMEM;

		free(buf);
		return err;
	}
	*text = dt_alloc(a, n + 1);
	memcpy(*text, buf, n);
	free(buf);
	return 0;
}

static uint32_t hash(const char *mod, const char *name)
{
	uint32_t h = 2166136261u;

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 16777619u;
	for (; *mod; mod++)
		h = (h ^ (unsigned char)*mod) * 16777619u;
	return h ^ h >> 15;
}

/* Where in the table it is, or would be. */
static uint32_t *place(const struct dt_kfuncs *k, const char *mod, const char *name)
{
	uint32_t i = hash(mod, name) & k->mask;

	for (; k->table[i]; i = (i + 1) & k->mask) {
		const struct dt_kfunc *f = &k->v[k->table[i]];

		if (!strcmp(f->name, name) && !strcmp(f->mod, mod))
			break;
	}
	return &k->table[i];
}

/* Takes a line apart, in place; false: it has no function. */
static bool parse(char *s, bool addrs, const char *last_mod, struct dt_kfunc *f)
{
	char *end;

	*f = (struct dt_kfunc){.mod = "vmlinux"};
	if (addrs) {
		f->addr = strtoull(s, &end, 16);
		if (end == s || *end != ' ')
			return false;
		s = end + 1;
		if (f->addr % ALIGNED == MARK)
			f->addr -= MARK;
	}
	f->name = s;
	s += strcspn(s, " \t");
	if (*s) {
		*s++ = '\0';
		s += strspn(s, " \t[");
		s[strcspn(s, "]")] = '\0';
		if (*s)
			f->mod = !strcmp(s, last_mod) ? last_mod : s;
	}
	return *f->name != '\0';
}

/* Its text, with addresses or without. */
static int list_text(struct dt_arena *a, bool addrs, char **text)
{
	int fd = open_list(addrs ? LIST "_addrs" : LIST), r;

	if (fd < 0)
		return fd;
	r = read_list(a, fd, text);
	close(fd);
	return r;
}

static char *cut_line(char *p)
{
	char *next = p + strcspn(p, "\n");

	if (*next)
		*next++ = '\0';
	return next;
}

/* Behind the first of its name, if there is one: the order of the others means nothing. */
static void enter(struct dt_kfuncs *k)
{
	struct dt_kfunc *f = &k->v[k->n];
	uint32_t *at = place(k, f->mod, f->name);

	if (*at) {
		f->again = true;
		f->same = k->v[*at].same;
		k->v[*at].same = k->n;
	} else {
		*at = k->n;
	}
	k->n++;
}

int dt_kfuncs_read(struct dt_arena *a, bool addrs, struct dt_kfuncs **out)
{
	struct dt_kfuncs *k = DT_NEW(a, struct dt_kfuncs);
	const char *last_mod = "vmlinux";
	uint32_t lines = 2, size = 16;
	char *text = NULL, *next;
	int r = addrs ? list_text(a, true, &text) : -ENOENT;

	k->arena = a;
	k->located = !r;
	if (r)
		r = list_text(a, false, &text);
	if (r)
		return r;
	for (const char *p = text; (p = strchr(p, '\n')); p++)
		lines++;
	while (size < 2 * lines)
		size *= 2;
	k->v = DT_NEW_N(a, struct dt_kfunc, lines);
	k->cap = lines;
	k->table = DT_NEW_N(a, uint32_t, size);
	k->mask = size - 1;
	k->n = 1;
	for (char *p = text; *p && k->n < lines; p = next) {
		next = cut_line(p);
		if (!parse(p, k->located, last_mod, &k->v[k->n]))
			continue;
		last_mod = k->v[k->n].mod;
		enter(k);
	}
	*out = k;
	return 0;
}

struct dt_kfunc *dt_kfuncs_find(const struct dt_kfuncs *k, const char *mod, const char *name)
{
	uint32_t i = *place(k, mod, name);

	return i ? &k->v[i] : NULL;
}

/* ------------------------------------------------------------------ kallsyms */

/* Calls cb for each function: "ffffffff81000000 T name\t[module]". */
static int each_symbol(void (*cb)(void *, uint64_t, const char *, const char *), void *arg)
{
	FILE *f = fopen("/proc/kallsyms", "re");
	char line[1024], *buf, *name, *mod, *end;

	if (!f)
		return -errno;
	buf = malloc(CHUNK); /* the kernel makes this text line by line: ask for much at once */
	if (buf)
		setvbuf(f, buf, _IOFBF, CHUNK);
	while (fgets(line, sizeof(line), f)) {
		uint64_t addr = strtoull(line, &end, 16);

		if (end == line || end[0] != ' ' || !end[1] || !strchr("tTwW", end[1]))
			continue;
		name = end + 3;
		mod = name + strcspn(name, " \t\n");
		if (*mod)
			*mod++ = '\0';
		mod += strspn(mod, " \t[\n");
		mod[strcspn(mod, "]\n")] = '\0';
		cb(arg, addr, name, *mod ? mod : "vmlinux");
	}
	fclose(f);
	free(buf);
	return 0;
}

/* One more of the name than the list has: which of them it means, it does not say. */
static void enter_unlisted(struct dt_kfuncs *k, struct dt_kfunc *last, uint64_t addr)
{
	struct dt_kfunc f = *last, *v;

	f.addr = addr;
	f.same = 0;
	f.again = true;
	last->same = k->n;
	if (k->n == k->cap) {
		v = DT_NEW_N(k->arena, struct dt_kfunc, k->cap * 2);
		memcpy(v, k->v, k->n * sizeof(*v));
		k->v = v;
		k->cap *= 2;
	}
	k->v[k->n++] = f;
}

/* The first of that name that has no address yet. */
static void locate_one(void *arg, uint64_t addr, const char *name, const char *mod)
{
	struct dt_kfuncs *k = arg;
	struct dt_kfunc *f = dt_kfuncs_find(k, mod, name);

	while (f && f->addr && f->same)
		f = &k->v[f->same];
	if (f && f->addr)
		enter_unlisted(k, f, addr);
	else if (f)
		f->addr = addr;
}

int dt_kfuncs_locate(struct dt_kfuncs *k)
{
	char *text = NULL, *next;
	struct dt_kfunc f;
	int r = 0;

	if (k->located)
		return 0;
	k->located = true;
	r = list_text(k->arena, true, &text);
	if (r)
		return each_symbol(locate_one, k);
	for (char *p = text; *p; p = next) {
		next = cut_line(p);
		if (parse(p, true, "vmlinux", &f))
			locate_one(k, f.addr, f.name, f.mod);
	}
	return 0;
}

struct lookup {
	struct dt_arena *arena;
	const char *mod, *name;
	struct dt_kfunc *out;
	int n, max;
};

static void look(void *arg, uint64_t addr, const char *name, const char *mod)
{
	struct lookup *l = arg;

	if (strcmp(name, l->name) || (*l->mod && strcmp(mod, l->mod)))
		return;
	if (l->n < l->max)
		l->out[l->n] = (struct dt_kfunc){.name = dt_intern(l->arena, name),
						 .mod = dt_intern(l->arena, mod),
						 .addr = addr};
	l->n++;
}

int dt_kfunc_lookup(struct dt_arena *a, const char *mod, const char *name, struct dt_kfunc *out,
		    int max)
{
	struct lookup l = {a, mod, name, out, 0, max};
	int r = each_symbol(look, &l);

	return r < 0 ? r : l.n;
}
