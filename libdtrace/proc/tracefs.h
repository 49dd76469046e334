/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files of the kernel's tracefs, to be read: which events there are, how their records look, which
 * functions can be traced. Where nobody has mounted it, a mount of our own is used that is attached
 * nowhere and goes away with its file descriptor. Nothing is ever written there.
 */
#ifndef DT_PROC_TRACEFS_H
#define DT_PROC_TRACEFS_H

#include <stddef.h>

/* A directory's file descriptor, for openat(): the caller's to close. Negative errno. */
int dt_tracefs_root(void);
/* A whole file below it, NUL-terminated and malloc'ed; at most DT_TRACEFS_MAX bytes. Negative errno, or 0. */
int dt_tracefs_read(int root, const char *path, char **text, size_t *len);
#define DT_TRACEFS_MAX (64u << 20)

#endif
