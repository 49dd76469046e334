/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Growable arrays and a string-keyed map, both in an arena.
 *
 *	struct { DT_VEC(struct dt_probe *) probes; } x;
 *	dt_vec_push(arena, &x.probes, p);
 *	for (uint32_t i = 0; i < x.probes.n; i++) use(x.probes.v[i]);
 *
 * Growing copies, so pointers to elements do not survive a push; store pointers to objects.
 */
#ifndef DT_BASE_VEC_H
#define DT_BASE_VEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "base/arena.h"

#define DT_VEC(T)                                                                                  \
	struct {                                                                                   \
		T *v;                                                                              \
		uint32_t n, cap;                                                                   \
	}

#define dt_vec_push(a, vec, item)                                                                  \
	do {                                                                                       \
		if ((vec)->n == (vec)->cap)                                                        \
			(vec)->v = dt_vec_grow((a), (vec)->v, &(vec)->cap, sizeof(*(vec)->v));     \
		(vec)->v[(vec)->n++] = (item);                                                     \
	} while (0)

/* Doubles *cap (from 8) and returns a zero-extended copy of `old`. For dt_vec_push. */
void *dt_vec_grow(struct dt_arena *a, const void *old, uint32_t *cap, size_t elem);

/* Hash map from byte strings to pointers, insertion-ordered, never shrinking. */
struct dt_map;
struct dt_map *dt_map_new(struct dt_arena *a);
void *dt_map_get(const struct dt_map *m, const void *key, size_t len); /* NULL when absent */
/* Sets (or replaces) the value; the key's bytes are copied. */
void dt_map_set(struct dt_map *m, const void *key, size_t len, void *val);
uint32_t dt_map_count(const struct dt_map *m);
/* The i-th entry in order of insertion, i < count. */
void *dt_map_at(const struct dt_map *m, uint32_t i, const void **key, size_t *len);

#define dt_map_gets(m, s) dt_map_get((m), (s), strlen(s))
#define dt_map_sets(m, s, v) dt_map_set((m), (s), strlen(s), (v))

#endif
