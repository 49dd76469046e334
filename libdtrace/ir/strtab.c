/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strings known when the program is loaded, each once, in one piece of memory that becomes the map
 * `strtab`. A string's id is its offset. Strings with NUL bytes inside are cut there, as everywhere
 * in D, so ids are equal exactly when the strings are.
 */
#include "ir/lower.h"

struct dt_strtab {
	struct dt_arena *arena;
	struct dt_map *ids; /* string to offset + 1 */
	char *data;
	uint32_t size, cap;
};

struct dt_strtab *dt_strtab_new(struct dt_arena *a)
{
	struct dt_strtab *t = DT_NEW(a, struct dt_strtab);

	t->arena = a;
	t->ids = dt_map_new(a);
	t->cap = 256;
	t->data = dt_alloc(a, t->cap);
	t->size = 1; /* 0 is "" */
	return t;
}

uint32_t dt_strtab_add(struct dt_strtab *t, const char *s, size_t len)
{
	uintptr_t id;
	char *bigger;

	len = strnlen(s, len);
	if (!len)
		return 0;
	id = (uintptr_t)dt_map_get(t->ids, s, len);
	if (id)
		return (uint32_t)(id - 1);
	if (len + 1 > t->cap - t->size) {
		while (len + 1 > t->cap - t->size)
			t->cap *= 2;
		bigger = dt_alloc(t->arena, t->cap);
		memcpy(bigger, t->data, t->size);
		t->data = bigger;
	}
	id = t->size;
	memcpy(t->data + id, s, len); /* the rest is zero: the NUL is there */
	t->size += (uint32_t)len + 1;
	dt_map_set(t->ids, s, len, (void *)(id + 1));
	return (uint32_t)id;
}

const char *dt_strtab_data(const struct dt_strtab *t, uint32_t *size)
{
	*size = t->size;
	return t->data;
}
