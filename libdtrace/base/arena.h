/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arena: memory that lives and dies together.
 *
 * One address range is reserved (not committed) when the arena is made, so an allocation in
 * the middle of a compilation cannot fail: what can fail is dt_arena_new, once. Programs are
 * limited in size (DT_SOURCE_MAX in diag.h), which keeps a compilation far inside its range.
 * An arena is not thread-safe. Everything handed out is zeroed and belongs to the arena.
 */
#ifndef DT_BASE_ARENA_H
#define DT_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct dt_arena;

/* A new arena, or NULL with errno set (ENOMEM: not even the smallest reservation was granted). */
struct dt_arena *dt_arena_new(void);
/* Frees the arena and everything allocated from it. NULL is allowed. */
void dt_arena_free(struct dt_arena *a);

/* `size` zeroed bytes, aligned to 16. Never NULL: see the head of this file. */
void *dt_alloc(struct dt_arena *a, size_t size);
char *dt_strdup(struct dt_arena *a, const char *s);
char *dt_strndup(struct dt_arena *a, const char *s, size_t n);
char *dt_asprintf(struct dt_arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *dt_vasprintf(struct dt_arena *a, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0), nonnull(2)));

#define DT_NEW(a, T) ((T *)dt_alloc((a), sizeof(T)))
#define DT_NEW_N(a, T, n) ((T *)dt_alloc((a), sizeof(T) * (size_t)(n)))

/* The one copy of a string in this arena: equal strings give equal pointers. */
const char *dt_intern(struct dt_arena *a, const char *s);
const char *dt_intern_n(struct dt_arena *a, const char *s, size_t n);

#endif
