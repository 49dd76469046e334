/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Aggregations: out of the kernel, into a table.
 *
 * The programs write to one of two halves. A snapshot makes the other half the active one, waits
 * until no program can still be writing to the first, and then owns it: it folds the cells of all
 * CPUs into the table and leaves the half empty for the next flip. So an update is either in the
 * table or in the kernel, never lost between reading and clearing, and what clear(), trunc() and
 * normalize() do, they do to the table.
 *
 * Where keys were dropped since the last snapshot and the half that was just drained is full, a
 * larger one takes its place before it becomes active again; the other half follows at the next
 * snapshot.
 *
 * If a snapshot fails half-way, what it didn't drain is still in its half; the next but one drains
 * it. Entries are malloc'd: keys come and go for as long as tracing runs.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "consume/internal.h"
#include "ir/ir.h"

#define KEY_HEAD 8u /* {cpu, 0} before the key's fields */
#define GROWTH   4u

/* ------------------------------------------------------------------ the table */

int dt_aggtable_new(struct dt_consumer *c)
{
	struct dt_aggtable *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->n = c->m->naggs;
	t->vars = calloc(t->n ? t->n : 1, sizeof(*t->vars));
	if (!t->vars) {
		free(t);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < t->n; i++) {
		t->vars[i].desc = c->m->aggs[i];
		t->vars[i].normal = 1;
		t->vars[i].per_cpu = c->opts.aggpercpu;
	}
	c->aggs = t;
	return 0;
}

static void drop_entries(struct dt_aggvar *v)
{
	for (uint32_t i = 0; i < v->nbuckets; i++) {
		for (struct dt_aggent *e = v->bucket[i], *next; e; e = next) {
			next = e->next;
			free(e);
		}
		v->bucket[i] = NULL;
	}
	v->n = 0;
}

void dt_aggtable_free(struct dt_consumer *c)
{
	struct dt_aggtable *t = c->aggs;

	if (!t)
		return;
	for (uint32_t i = 0; i < t->n; i++) {
		drop_entries(&t->vars[i]);
		free(t->vars[i].bucket);
	}
	free(t->vars);
	free(t);
	c->aggs = NULL;
}

static struct dt_aggvar *var(const struct dt_consumer *c, uint32_t id)
{
	return c->aggs && id < c->aggs->n && c->aggs->vars[id].desc ? &c->aggs->vars[id] : NULL;
}

static uint32_t keysize(const struct dt_aggdesc *d)
{
	return d->keyed && d->keysize > KEY_HEAD ? d->keysize : 0;
}

/* The same for equal keys of different aggregations, which may lay them out differently (one may
 * know its strings at load time, another be wider): printa() joins them. */
static uint32_t hash_key(const struct dt_consumer *c, const struct dt_aggdesc *d,
			 const unsigned char *key)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (uint32_t i = 0; i < d->keys.n; i++) {
		const struct dt_field *f = &d->keys.v[i];
		const unsigned char *p = key + f->off;
		uint32_t n = f->size;
		int64_t v;

		if (f->kind == DT_FLD_INT) {
			v = dt_field_int(f, key);
			p = (const unsigned char *)&v;
			n = sizeof(v);
		} else if (f->kind == DT_FLD_STRID || f->kind == DT_FLD_STRING) {
			p = (const unsigned char *)dt_field_str(c, f, key, &n);
		}
		while (f->kind > DT_FLD_STRING && n && !p[n - 1])
			n--; /* stacks of other depths */
		for (uint32_t k = 0; k < n; k++)
			h = (h ^ p[k]) * 0x100000001b3u;
		h = (h ^ 0xff) * 0x100000001b3u;
	}
	return (uint32_t)(h ^ h >> 32);
}

static bool same_key(const struct dt_consumer *c, const struct dt_aggdesc *d,
		     const unsigned char *x, const struct dt_aggdesc *e, const unsigned char *y)
{
	if (!x || !y || d == e)
		return x == y ||
		       (x && y && !memcmp(x + KEY_HEAD, y + KEY_HEAD, d->keysize - KEY_HEAD));
	if (d->keys.n != e->keys.n)
		return false;
	for (uint32_t i = 0; i < d->keys.n; i++) {
		const struct dt_field *f = &d->keys.v[i], *g = &e->keys.v[i];
		uint32_t nf = f->size, ng = g->size;
		const char *s = (const char *)x + f->off, *t = (const char *)y + g->off;

		if (f->kind == DT_FLD_INT && g->kind == DT_FLD_INT) {
			if (dt_field_int(f, x) != dt_field_int(g, y))
				return false;
			continue;
		}
		if (f->kind == DT_FLD_STRID || f->kind == DT_FLD_STRING)
			s = dt_field_str(c, f, x, &nf);
		if (g->kind == DT_FLD_STRID || g->kind == DT_FLD_STRING)
			t = dt_field_str(c, g, y, &ng);
		for (; f->kind > DT_FLD_STRING && nf && !s[nf - 1]; nf--)
			;
		for (; g->kind > DT_FLD_STRING && ng && !t[ng - 1]; ng--)
			;
		if (nf != ng || memcmp(s, t, nf))
			return false;
	}
	return true;
}

struct dt_aggent *dt_agg_find(const struct dt_consumer *c, const struct dt_aggvar *v,
			      const struct dt_aggdesc *d, const unsigned char *key, uint32_t hash)
{
	if (!v->nbuckets)
		return NULL;
	for (struct dt_aggent *e = v->bucket[hash & (v->nbuckets - 1)]; e; e = e->next)
		if (e->hash == hash && same_key(c, v->desc, e->key, d, key))
			return e;
	return NULL;
}

static bool grow(struct dt_aggvar *v)
{
	uint32_t n = v->nbuckets ? v->nbuckets * 2 : 16;
	struct dt_aggent **b = calloc(n, sizeof(struct dt_aggent *));

	if (!b)
		return v->nbuckets > 0; /* long chains are better than none */
	for (uint32_t i = 0; i < v->nbuckets; i++) {
		for (struct dt_aggent *e = v->bucket[i], *next; e; e = next) {
			next = e->next;
			e->next = b[e->hash & (n - 1)];
			b[e->hash & (n - 1)] = e;
		}
	}
	free(v->bucket);
	v->bucket = b;
	v->nbuckets = n;
	return true;
}

static struct dt_aggent *entry(const struct dt_consumer *c, struct dt_aggvar *v,
			       const unsigned char *key)
{
	uint32_t n = keysize(v->desc), hash = n ? hash_key(c, v->desc, key) : 0;
	size_t cells = (size_t)v->desc->size * (v->per_cpu ? 1 + c->m->ncpu : 1);
	struct dt_aggent *e = dt_agg_find(c, v, v->desc, key, hash);

	if (e)
		return e;
	if (v->n >= v->nbuckets && !grow(v))
		return NULL;
	e = calloc(1, sizeof(*e) + cells + n);
	if (!e)
		return NULL;
	e->cell = (uint64_t *)(e + 1);
	e->key = n ? (unsigned char *)e->cell + cells : NULL;
	e->hash = hash;
	e->seq = v->nseq++;
	if (n)
		memcpy(e->key + KEY_HEAD, key + KEY_HEAD, n - KEY_HEAD);
	e->next = v->bucket[hash & (v->nbuckets - 1)];
	v->bucket[hash & (v->nbuckets - 1)] = e;
	v->n++;
	return e;
}

struct dt_aggent **dt_agg_entries(const struct dt_aggvar *v)
{
	struct dt_aggent **list = malloc((v->n + 1) * sizeof(struct dt_aggent *));
	uint32_t n = 0;

	if (!list)
		return NULL;
	for (uint32_t i = 0; i < v->nbuckets; i++)
		for (struct dt_aggent *e = v->bucket[i]; e; e = e->next)
			list[n++] = e;
	list[n] = NULL;
	return list;
}

/* ------------------------------------------------------------------ folding */

/* Keys that print alike must be alike: what follows a string's NUL or a stack's end is cleared,
 * addresses are rounded to what they are merged by. */
static void canonical_key(struct dt_consumer *c, const struct dt_aggdesc *d, unsigned char *key)
{
	for (uint32_t i = 0; i < d->keys.n; i++) {
		const struct dt_field *f = &d->keys.v[i];
		unsigned char *p = key + f->off;
		uint32_t off;
		uint64_t w;

		switch (f->kind) {
		case DT_FLD_STRING:
			off = (uint32_t)strnlen((char *)p, f->size);
			memset(p + off, 0, f->size - off);
			break;
		case DT_FLD_STACK:
		case DT_FLD_USTACK:
			for (off = f->kind == DT_FLD_USTACK ? 8 : 0; off + 8 <= f->size; off += 8) {
				memcpy(&w, p + off, 8);
				if (!w)
					break;
			}
			if (off < f->size)
				memset(p + off, 0, f->size - off);
			break;
		case DT_FLD_SYM:
		case DT_FLD_USYM: dt_sym_round(c, f, key); break;
		default: break;
		}
	}
}

static void fold_cell(const struct dt_aggdesc *d, uint64_t *to, const uint64_t *from)
{
	switch (d->kind) {
	case DT_AGG_MIN:
	case DT_AGG_MAX: /* both kept so that the unsigned maximum is the answer: record.h */
		to[0] = from[0] > to[0] ? from[0] : to[0];
		to[1] |= from[1];
		return;
	case DT_AGG_STDDEV: {
		unsigned __int128 sq = (unsigned __int128)to[3] << 64 | to[2];

		sq += (unsigned __int128)from[3] << 64 | from[2];
		to[0] += from[0];
		to[1] += from[1];
		to[2] = (uint64_t)sq;
		to[3] = (uint64_t)(sq >> 64);
		return;
	}
	default:
		for (uint32_t i = 0; i < d->size / 8; i++)
			to[i] += from[i];
	}
}

/* A description that no code generator of ours makes would have us read outside cells and keys. */
static bool desc_ok(const struct dt_aggdesc *d)
{
	static const uint32_t words[] = {
		[DT_AGG_COUNT] = 1,
		[DT_AGG_SUM] = 1,
		[DT_AGG_AVG] = 2,
		[DT_AGG_MIN] = 2,
		[DT_AGG_MAX] = 2,
		[DT_AGG_STDDEV] = 4,
		[DT_AGG_QUANTIZE] = DT_QUANT_BUCKETS,
	};
	uint32_t need = d->kind <= DT_AGG_QUANTIZE ? words[d->kind] : d->nbuckets;

	if (d->size % 8 || d->size / 8 < need)
		return false;
	for (uint32_t i = 0; d->keyed && i < d->keys.n; i++)
		if (d->keys.v[i].off < KEY_HEAD || d->keys.v[i].off > d->keysize ||
		    d->keys.v[i].size > d->keysize - d->keys.v[i].off)
			return false;
	return true;
}

int dt_agg_fold(struct dt_consumer *c, uint32_t id, uint32_t cpu, const unsigned char *key,
		const uint64_t *cell)
{
	struct dt_aggvar *v = var(c, id);
	uint32_t n;
	struct dt_aggent *e;
	unsigned char *copy = NULL;

	if (!v || !desc_ok(v->desc))
		return -EINVAL;
	n = keysize(v->desc);
	if (n) {
		copy = malloc(n);
		if (!copy)
			return -ENOMEM;
		memcpy(copy, key, n);
		canonical_key(c, v->desc, copy);
	}
	e = entry(c, v, copy);
	free(copy);
	if (!e)
		return -ENOMEM;
	fold_cell(v->desc, e->cell, cell);
	if (v->per_cpu && cpu < c->m->ncpu)
		fold_cell(v->desc, e->cell + (1 + (size_t)cpu) * (v->desc->size / 8), cell);
	return 0;
}

/* ------------------------------------------------------------------ draining a half */

static int sys_bpf(int cmd, union bpf_attr *attr)
{
	return (int)syscall(__NR_bpf, cmd, attr, sizeof(*attr)) < 0 ? -errno : 0;
}

/* Keyless: all cells of a half lie in mapped memory. Zeroing them is safe: nobody writes here now.
 */
static int drain_keyless(struct dt_consumer *c, uint32_t half)
{
	const struct dt_mapdef *m = c->m->m_aggs;
	size_t stride, words = 0;
	uint64_t *cell;
	int r = 0;

	if (!m || !m->mem)
		return 0;
	stride = m->ncpu_value ? m->value_size / 2 : m->value_size / 2 / c->m->ncpu;
	for (uint32_t id = 0; id < c->m->naggs; id++) {
		const struct dt_aggdesc *d = c->m->aggs[id];

		if (!d || d->keyed || d->off % 8 || d->size % 8 || d->off + 8ull + d->size > stride)
			continue;
		words = d->size / 8;
		for (uint32_t cpu = 0; cpu < c->m->ncpu; cpu++) {
			size_t at = ((size_t)half * c->m->ncpu + cpu) * stride + d->off;
			uint64_t *touched = (uint64_t *)((unsigned char *)m->mem + at);
			int e;

			if (at + 8 + d->size > m->mem_size)
				return -EINVAL;
			cell = touched + 1;
			if (!*touched && (d->kind != DT_AGG_COUNT || !*cell))
				continue;
			e = dt_agg_fold(c, id, cpu, NULL, cell);
			if (e) {
				r = e; /* the cell stays for the next time */
				continue;
			}
			memset(touched, 0, (words + 1) * 8);
		}
	}
	return r;
}

struct keyed {
	struct dt_consumer *c;
	uint32_t id, n; /* n: entries taken */
	int fd;
	uint32_t keysize, valsize;
	unsigned char *keys, *vals;
};

static int fold_one(struct keyed *k, const unsigned char *key, const unsigned char *val)
{
	uint32_t cpu;

	memcpy(&cpu, key, 4);
	k->n++;
	return dt_agg_fold(k->c, k->id, cpu, key, (const uint64_t *)val);
}

/* Takes `n` entries at a time. 1 if the kernel can't, before anything was taken. */
static int drain_batches(struct keyed *k, uint32_t room)
{
	uint32_t pos = 0, next = 0;
	bool first = true;

	for (;;) {
		union bpf_attr attr = {0};
		int e, r = 0;

		attr.batch.in_batch = first ? 0 : (uint64_t)(uintptr_t)&pos;
		attr.batch.out_batch = (uint64_t)(uintptr_t)&next;
		attr.batch.keys = (uint64_t)(uintptr_t)k->keys;
		attr.batch.values = (uint64_t)(uintptr_t)k->vals;
		attr.batch.count = room;
		attr.batch.map_fd = (uint32_t)k->fd;
		e = sys_bpf(BPF_MAP_LOOKUP_AND_DELETE_BATCH, &attr);
		if (e == -ENOSPC) /* one bucket has more than fits: one by one */
			return 1;
		if (e && e != -ENOENT)
			return first && e != -EFAULT ? 1 : e;
		for (uint32_t i = 0; i < attr.batch.count && i < room; i++) {
			int f = fold_one(k, k->keys + (size_t)i * k->keysize,
					 k->vals + (size_t)i * k->valsize);

			r = f ? f : r;
		}
		if (e || r)
			return r;
		pos = next;
		first = false;
	}
}

static int drain_singly(struct keyed *k, uint32_t max)
{
	for (uint32_t i = 0; i < max; i++) {
		union bpf_attr attr = {0};
		int r;

		/* always the first key: the one before it has been deleted */
		attr.map_fd = (uint32_t)k->fd;
		attr.next_key = (uint64_t)(uintptr_t)k->keys;
		r = sys_bpf(BPF_MAP_GET_NEXT_KEY, &attr);
		if (r)
			return r == -ENOENT ? 0 : r;
		attr = (union bpf_attr){0};
		attr.map_fd = (uint32_t)k->fd;
		attr.key = (uint64_t)(uintptr_t)k->keys;
		attr.value = (uint64_t)(uintptr_t)k->vals;
		r = sys_bpf(BPF_MAP_LOOKUP_ELEM, &attr);
		if (!r)
			r = fold_one(k, k->keys, k->vals);
		if (r && r != -ENOENT)
			return r;
		attr.value = 0;
		r = sys_bpf(BPF_MAP_DELETE_ELEM, &attr);
		if (r && r != -ENOENT)
			return r;
	}
	return 0;
}

/* The half is idle and drained. That it can't grow is no failure: what is dropped is counted. */
static void grow_half(struct dt_consumer *c, uint32_t id, uint32_t half, uint32_t taken,
		      bool dropped)
{
	struct dt_mapdef *m = c->m->maps[c->m->aggs[id]->map];
	uint32_t *room = c->aggs->vars[id].room, want = room[half];

	if (dropped && taken >= want - want / 8 && want <= UINT32_MAX / GROWTH)
		want *= GROWTH;
	if (want < room[!half])
		want = room[!half];
	if (want > room[half] && c->m->grow && !c->m->grow(c->m->arg, m, half, want))
		room[half] = want;
}

static int drain_keyed(struct dt_consumer *c, uint32_t id, uint32_t half, bool dropped)
{
	const struct dt_aggdesc *d = c->m->aggs[id];
	const struct dt_mapdef *m = c->m->maps ? c->m->maps[d->map] : NULL;
	struct keyed k = {.c = c, .id = id};
	uint32_t batch, *room = c->aggs->vars[id].room;
	int r;

	if (!m || !m->inner_fds || half >= m->ninner || m->inner_fds[half] < 0)
		return -EINVAL;
	k.keysize = m->inner ? m->inner->key_size : d->keysize;
	k.valsize = m->inner ? m->inner->value_size : d->size;
	if (k.keysize < d->keysize || k.keysize < KEY_HEAD || k.valsize < d->size || d->size % 8)
		return -EINVAL;
	k.valsize = (k.valsize + 7) & ~7u;
	k.fd = m->inner_fds[half];
	if (!room[half])
		room[0] = room[1] = m->inner ? m->inner->max_entries : 1u << 20;
	batch = room[half] < 1024 ? room[half] : 1024;
	if (batch < 64)
		batch = 64;
	k.keys = malloc((size_t)batch * k.keysize);
	k.vals = malloc((size_t)batch * k.valsize);
	r = k.keys && k.vals ? drain_batches(&k, batch) : -ENOMEM;
	if (r == 1)
		r = drain_singly(&k, room[half] < UINT32_MAX / 2 ? room[half] * 2 : room[half]);
	free(k.keys);
	free(k.vals);
	if (!r)
		grow_half(c, id, half, k.n, dropped);
	return r;
}

/* Were keys dropped since the last time this was asked? */
static bool keys_dropped(struct dt_consumer *c)
{
	uint64_t sum = 0;
	bool more;

	for (uint32_t cpu = 0; cpu < c->m->ncpu && c->m->stats; cpu++)
		sum += __atomic_load_n(&c->m->stats[cpu].drops[DT_DROP_AGG], __ATOMIC_RELAXED);
	more = sum > c->aggs->drops;
	c->aggs->drops = sum;
	return more;
}

int dt_agg_snapshot(struct dt_consumer *c)
{
	uint32_t half;
	bool dropped;
	int r, first = 0;

	if (!c->aggs || !c->m->naggs || !c->m->state)
		return 0;
	half = __atomic_fetch_xor(&c->m->state->agg_active, 1, __ATOMIC_SEQ_CST) & 1;
	r = c->m->grace ? c->m->grace(c->m->arg) : 0;
	if (r < 0)
		return r; /* unread: the flip after the next comes back to this half */
	dropped = keys_dropped(c);
	first = drain_keyless(c, half);
	for (uint32_t id = 0; id < c->m->naggs; id++) {
		if (!c->m->aggs[id] || !c->m->aggs[id]->keyed)
			continue;
		r = drain_keyed(c, id, half, dropped);
		first = first ? first : r;
	}
	return first;
}

/* ------------------------------------------------------------------ what actions do to the table
 */

void dt_agg_clear(struct dt_consumer *c, uint32_t id)
{
	struct dt_aggvar *v = var(c, id);

	if (!v)
		return;
	for (uint32_t i = 0; i < v->nbuckets; i++)
		for (struct dt_aggent *e = v->bucket[i]; e; e = e->next)
			memset(e->cell, 0,
			       (size_t)v->desc->size * (v->per_cpu ? 1 + c->m->ncpu : 1));
}

static void unlink_entry(struct dt_aggvar *v, struct dt_aggent *e)
{
	struct dt_aggent **p = &v->bucket[e->hash & (v->nbuckets - 1)];

	while (*p && *p != e)
		p = &(*p)->next;
	if (*p) {
		*p = e->next;
		v->n--;
	}
	free(e);
}

struct order {
	const struct dt_consumer *c;
	const struct dt_aggdesc *d;
};

static int by_value(const void *a, const void *b, void *arg)
{
	const struct dt_aggent *x = *(struct dt_aggent *const *)a,
			       *y = *(struct dt_aggent *const *)b;
	const struct order *o = arg;
	int r = dt_agg_cmp_value(o->d, x->cell, y->cell);

	return r ? r : dt_agg_cmp_key(o->c, 0, o->d, x->key, o->d, y->key);
}

void dt_agg_trunc(struct dt_consumer *c, uint32_t id, bool all, int64_t n)
{
	struct dt_aggvar *v = var(c, id);
	struct dt_aggent **list;
	uint64_t keep = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
	uint32_t total;

	if (!v)
		return;
	if (all || n == 0) {
		drop_entries(v);
		return;
	}
	total = v->n;
	list = keep < total ? dt_agg_entries(v) : NULL;
	if (!list)
		return;
	qsort_r(list, total, sizeof(*list), by_value, &(struct order){c, v->desc});
	/* ascending: the top n are the last, the bottom n the first */
	for (uint32_t i = 0; i < total - keep; i++)
		unlink_entry(v, list[n > 0 ? i : keep + i]);
	free(list);
}

void dt_agg_normalize(struct dt_consumer *c, uint32_t id, uint64_t factor)
{
	struct dt_aggvar *v = var(c, id);

	if (v && factor) /* dividing by 0 is left undone */
		v->normal = factor;
}
