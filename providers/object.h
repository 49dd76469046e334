/* SPDX-License-Identifier: BSD-2-Clause */
/* What the providers of user processes share: the names of objects. */
#ifndef DT_PROVIDERS_OBJECT_H
#define DT_PROVIDERS_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "probe/provider.h"

#define DT_OBJECT_PATH 4200 /* the longest path, and what stands before it for another root */
#define DT_OBJECT_NAME 256

struct dt_object {
	const char *path, *name; /* as mapped; its last part */
	const char *soname;	 /* "" if not known */
	bool is_program;	 /* not a library */
};

/* Does an object answer to that module pattern? (PID-02) */
bool dt_object_match(const char *pat, const struct dt_object *o);
/* The path of the program that a process runs, as its mappings list it; "" if it is not known. */
void dt_object_program(int32_t pid, char *buf, size_t len);
/* Probes in processes have no numbers of their own: one that was not named is not known. */
int dt_object_by_id(struct dt_registry *r, const struct dt_provider *p, uint32_t id);

#endif
