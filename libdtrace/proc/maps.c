/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /proc/PID/maps, of which the lines that say "executable" are kept:
 *
 *	7f12c0428000-7f12c057d000 r-xp 00028000 fd:01 1835  /usr/lib/x86_64-linux-gnu/libc.so.6
 *
 * A process can have millions of mappings and names of any kind, so both have a limit, and a line
 * that is not of this form is passed over.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "proc/maps.h"

#define MAX_MAPPINGS 65536u
#define MAX_LINES    (1u << 20)

static bool number(char **s, int base, char after, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(*s, &end, base);
	if (errno || end == *s || *end != after)
		return false;
	*s = end + 1;
	return true;
}

/* An executable mapping's line. path points into it. */
static bool parse_line(char *s, struct dt_mapping *m)
{
	uint64_t major, minor;
	char *perms;

	if (!number(&s, 16, '-', &m->start) || !number(&s, 16, ' ', &m->end))
		return false;
	perms = s;
	if (strcspn(perms, " \n") != 4 || perms[2] != 'x' || perms[4] != ' ')
		return false;
	s += 5;
	if (!number(&s, 16, ' ', &m->off) || !number(&s, 16, ':', &major) ||
	    !number(&s, 16, ' ', &minor))
		return false;
	m->dev = major << 32 | minor;
	errno = 0;
	m->ino = strtoull(s, &s, 10);
	s += strspn(s, " ");
	s[strcspn(s, "\n")] = 0;
	m->path = s;
	return !errno && m->start < m->end;
}

static int push(struct dt_mappings *m, struct dt_mapping add)
{
	struct dt_mapping *v = m->v;

	if (!(m->n & (m->n + 1))) /* grow at 0, 1, 3, 7 ... */
		v = realloc(m->v, (m->n * 2 + 1) * sizeof(*v));
	if (!v)
		return -ENOMEM;
	m->v = v;
	add.path = strdup(add.path);
	if (!add.path)
		return -ENOMEM;
	v[m->n++] = add;
	return 0;
}

int dt_mappings_parse(struct dt_mappings *out, FILE *f)
{
	struct dt_mapping m;
	char *line = NULL;
	size_t cap = 0;
	int r = 0;

	*out = (struct dt_mappings){0};
	for (uint32_t i = 0; !r && i < MAX_LINES && out->n < MAX_MAPPINGS; i++) {
		if (getline(&line, &cap, f) <= 0)
			break;
		if (parse_line(line, &m))
			r = push(out, m);
	}
	free(line);
	if (!r && !out->n)
		r = -ESRCH;
	if (r)
		dt_mappings_free(out);
	return r;
}

int dt_mappings_read(struct dt_mappings *out, pid_t pid)
{
	char path[64];
	FILE *f;
	int r;

	*out = (struct dt_mappings){0};
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return errno == ENOENT ? -ESRCH : -errno;
	r = dt_mappings_parse(out, f);
	fclose(f);
	return r;
}

void dt_mappings_free(struct dt_mappings *m)
{
	for (uint32_t i = 0; i < m->n; i++)
		free(m->v[i].path);
	free(m->v);
	*m = (struct dt_mappings){0};
}

const struct dt_mapping *dt_mapping_at(const struct dt_mappings *m, uint64_t addr)
{
	uint32_t lo = 0, hi = m->n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (m->v[mid].end <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < m->n && m->v[lo].start <= addr ? &m->v[lo] : NULL;
}

void dt_mapping_object(const char *path, char *buf, size_t len)
{
	static const char gone[] = " (deleted)";
	const char *slash = path[0] == '/' ? strrchr(path, '/') : NULL;
	size_t n;

	snprintf(buf, len, "%s", slash ? slash + 1 : path);
	n = strlen(buf);
	if (n > sizeof(gone) - 1 && !strcmp(buf + n - (sizeof(gone) - 1), gone))
		buf[n - (sizeof(gone) - 1)] = 0;
}

/* A FIFO or device under a library's name must not block us. */
static int open_regular(const char *path, struct stat *st)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return -errno;
	if (!fstat(fd, st) && S_ISREG(st->st_mode))
		return fd;
	close(fd);
	return -ENOEXEC;
}

int dt_mapping_open(pid_t pid, const struct dt_mapping *m, char *path, size_t len)
{
	char link[64], other[4200];
	const char *const names[] = {link, other, m->path}, *name = link;
	struct stat st, here;
	int fd = -ENOENT;

	if (m->path[0] != '/')
		return fd;
	snprintf(other, sizeof(other), "/proc/%d/root%s", (int)pid, m->path);
	snprintf(link, sizeof(link), "/proc/%d/map_files/%llx-%llx", (int)pid,
		 (unsigned long long)m->start, (unsigned long long)m->end);
	/* the link may be forbidden, or gone with its process: then by name, if that is still it */
	for (int i = 0; i < 3 && fd < 0; i++) {
		fd = open_regular(names[i], &st);
		if (fd >= 0 && i > 0 && st.st_ino != m->ino) {
			close(fd);
			fd = -ENOENT;
		}
	}
	if (fd < 0 || !path)
		return fd;
	for (int i = 2; i >= 0; i--) {
		if (stat(names[i], &here) || here.st_dev != st.st_dev || here.st_ino != st.st_ino)
			continue;
		name = names[i];
		break;
	}
	if (snprintf(path, len, "%s", name) < (int)len)
		return fd;
	close(fd);
	return -ENAMETOOLONG;
}
