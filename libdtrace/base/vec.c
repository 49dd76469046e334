/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Growable arrays and the insertion-ordered hash map.
 *
 * The map is a list of entries in order of insertion plus an open-addressed table of indices into
 * it (0 = free, else index + 1). The table is at most half full and a power of two, so a probe
 * sequence is short and always ends.
 */
#include "base/vec.h"

void *dt_vec_grow(struct dt_arena *a, const void *old, uint32_t *cap, size_t elem)
{
	uint32_t n = *cap;
	uint32_t bigger = n ? n * 2 : 8;
	void *p = dt_alloc(a, (size_t)bigger * elem);

	if (n)
		memcpy(p, old, (size_t)n * elem);
	*cap = bigger;
	return p;
}

struct entry {
	const void *key;
	size_t len;
	uint64_t hash;
	void *val;
};

struct dt_map {
	struct dt_arena *arena;
	DT_VEC(struct entry) entries;
	uint32_t *slots;
	uint32_t nslots;
};

/* FNV-1a, with a final mix since the table uses the low bits. */
static uint64_t hash_bytes(const void *key, size_t len)
{
	const unsigned char *p = key;
	uint64_t h = 0xcbf29ce484222325ull;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * 0x100000001b3ull;
	return h ^ (h >> 32);
}

struct dt_map *dt_map_new(struct dt_arena *a)
{
	struct dt_map *m = DT_NEW(a, struct dt_map);

	m->arena = a;
	return m;
}

/* The slot that holds the key, or the free one where it belongs. The table must not be empty. */
static uint32_t *find(const struct dt_map *m, const void *key, size_t len, uint64_t hash)
{
	for (uint32_t i = (uint32_t)hash;; i++) {
		uint32_t *slot = &m->slots[i & (m->nslots - 1)];
		if (!*slot)
			return slot;
		const struct entry *e = &m->entries.v[*slot - 1];
		if (e->hash == hash && e->len == len && (!len || !memcmp(e->key, key, len)))
			return slot;
	}
}

void *dt_map_get(const struct dt_map *m, const void *key, size_t len)
{
	if (!m->nslots)
		return NULL;
	uint32_t *slot = find(m, key, len, hash_bytes(key, len));
	return *slot ? m->entries.v[*slot - 1].val : NULL;
}

static void rehash(struct dt_map *m)
{
	m->nslots = m->nslots ? m->nslots * 2 : 16;
	m->slots = DT_NEW_N(m->arena, uint32_t, m->nslots);
	for (uint32_t i = 0; i < m->entries.n; i++) {
		const struct entry *e = &m->entries.v[i];
		*find(m, e->key, e->len, e->hash) = i + 1;
	}
}

void dt_map_set(struct dt_map *m, const void *key, size_t len, void *val)
{
	uint64_t hash = hash_bytes(key, len);

	if ((uint64_t)m->entries.n * 2 >= m->nslots)
		rehash(m);
	uint32_t *slot = find(m, key, len, hash);
	if (*slot) {
		m->entries.v[*slot - 1].val = val;
		return;
	}
	struct entry e = {dt_strndup(m->arena, key, len), len, hash, val};
	dt_vec_push(m->arena, &m->entries, e);
	*slot = m->entries.n;
}

uint32_t dt_map_count(const struct dt_map *m)
{
	return m->entries.n;
}

void *dt_map_at(const struct dt_map *m, uint32_t i, const void **key, size_t *len)
{
	const struct entry *e = &m->entries.v[i];

	if (key)
		*key = e->key;
	if (len)
		*len = e->len;
	return e->val;
}
