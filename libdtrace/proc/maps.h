/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a process has mapped to be executed, and the files behind it. The caller owns what
 * dt_mappings_read filled; everything in it is what the process says of itself and may be a lie.
 */
#ifndef DT_PROC_MAPS_H
#define DT_PROC_MAPS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

struct dt_mapping {
	uint64_t start, end, off;
	uint64_t dev, ino; /* as the kernel lists them */
	char *path;        /* as the kernel lists it; "" = anonymous */
};

struct dt_mappings {
	struct dt_mapping *v; /* in order of address */
	uint32_t n;
};

/* The executable mappings. -ESRCH if there is no such process, or it has none (any more). */
int dt_mappings_read(struct dt_mappings *out, pid_t pid);
int dt_mappings_parse(struct dt_mappings *out, FILE *f); /* the same, of the file's lines */
void dt_mappings_free(struct dt_mappings *m);
const struct dt_mapping *dt_mapping_at(const struct dt_mappings *m, uint64_t addr);

/* "/usr/lib/libc.so.6 (deleted)" to "libc.so.6". */
void dt_mapping_object(const char *path, char *buf, size_t len);

/*
 * Opens the mapped file, even where it was deleted or replaced, or is in another mount namespace.
 * Its own path, if it is the same file from here, else one through /proc/PID, is left in `path`
 * (if not NULL): the name to attach to. A descriptor or negative errno.
 */
int dt_mapping_open(pid_t pid, const struct dt_mapping *m, char *path, size_t len);

#endif
