/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects have many names: /usr/lib/x86_64-linux-gnu/libc.so.6 is libc.so.6 and libc, and the
 * program itself is a.out besides. Descriptions may use any of them; probes have the last part of
 * the path as their module.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "object.h"
#include "probe/match.h"

/* A name, or what stands before its first ".". */
static bool match_name(const char *pat, const char *name)
{
	char stem[DT_OBJECT_NAME];

	if (!*name)
		return false;
	snprintf(stem, sizeof(stem), "%.*s", (int)strcspn(name, "."), name);
	return dt_glob(pat, name) || dt_glob(pat, stem);
}

/* LM0`libc: of the only list of libraries that we know. */
static const char *skip_link_map(const char *pat)
{
	size_t n;

	if (strncmp(pat, "LM", 2) != 0)
		return pat;
	n = strspn(pat + 2, "0123456789abcdefABCDEF");
	return n && pat[2 + n] == '`' ? pat + 2 + n + 1 : pat;
}

bool dt_object_match(const char *pat, const struct dt_object *o)
{
	pat = skip_link_map(pat);
	return (o->is_program && dt_glob(pat, "a.out")) || match_name(pat, o->name) ||
	       match_name(pat, o->soname) || (pat[0] == '/' && dt_glob(pat, o->path));
}

void dt_object_program(int32_t pid, char *buf, size_t len)
{
	char link[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
	n = readlink(link, buf, len - 1);
	buf[n > 0 ? n : 0] = 0;
}

int dt_object_by_id(struct dt_registry *r, const struct dt_provider *p, uint32_t id)
{
	(void)r, (void)p, (void)id;
	return -ENOENT;
}
