/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a map dump says: names for the fields of keys and values, as text that bpf/btf_info.c makes
 * BTF of. Only for people who look at a running trace with bpftool; nothing depends on it.
 *
 * A field that does not begin where the one before it ends, aligned to its own size, gets filler.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "ir/lower_priv.h"

struct text {
	struct dt_arena *arena;
	const char *s;
	uint32_t end;
	unsigned fillers;
};

static void add(struct text *t, const char *type, const char *name, uint32_t count)
{
	if (count)
		t->s = dt_asprintf(t->arena, "%s%s %s[%u];", t->s, type, name, count);
	else
		t->s = dt_asprintf(t->arena, "%s%s %s;", t->s, type, name);
}

/* Something of `size` bytes at `off`: an integer, a string or just bytes. */
static void field(struct text *t, const char *name, uint32_t off, uint32_t size,
		  const struct dt_type *type)
{
	static const char *const ints[2][9] = {{[1] = "u8", [2] = "u16", [4] = "u32", [8] = "u64"},
					       {[1] = "s8", [2] = "s16", [4] = "s32", [8] = "s64"}};
	const struct dt_type *b = type ? dt_type_base(type) : NULL;
	bool scalar = b && dt_type_is_scalar(b) && size <= 8 && ints[0][size];
	uint32_t align = scalar ? size : 1, at = (t->end + align - 1) / align * align;

	if (at < off)
		add(t, "u8", dt_asprintf(t->arena, "filler%u", t->fillers++), off - t->end);
	if (scalar)
		add(t, ints[dt_type_is_signed(b)][size], name, 0);
	else
		add(t, b && b->kind == TY_STRING ? "char" : "u8", name, size);
	t->end = off + size;
}

/* A component of a tuple; strings known at load time are there as their ids. */
static void key_field(struct dt_lower_ctx *cx, struct text *t, uint32_t n, uint32_t off,
		      uint32_t size, const struct dt_type *type, bool strid)
{
	field(t, dt_asprintf(t->arena, "key%u%s", n, strid ? "_id" : ""), off, size,
	      strid ? cx->sema->types->t_uint : type);
}

static struct text begin(struct dt_lower_ctx *cx)
{
	return (struct text){.arena = cx->arena, .s = ""};
}

/* ------------------------------------------------------------------ variables */

static int by_offset(const void *a, const void *b)
{
	const struct dt_var *x = *(struct dt_var *const *)a, *y = *(struct dt_var *const *)b;

	return x->off < y->off ? -1 : x->off > y->off;
}

/* Those that lie one after another in one map. */
static const char *describe_vars(struct dt_lower_ctx *cx, enum dt_var_kind kind)
{
	struct dt_sema *s = cx->sema;
	struct dt_var **v = DT_NEW_N(cx->arena, struct dt_var *, s->vars.n + 1);
	struct text t = begin(cx);
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->vars.n; i++)
		if (s->vars.v[i]->kind == kind && !s->vars.v[i]->map)
			v[n++] = s->vars.v[i];
	qsort(v, n, sizeof(struct dt_var *), by_offset);
	for (uint32_t i = 0; i < n; i++)
		if (v[i]->off >= t.end)
			field(&t, v[i]->name, v[i]->off, (uint32_t)dt_type_base(v[i]->type)->size,
			      v[i]->type);
	return t.s;
}

static void describe_dynamic(struct dt_lower_ctx *cx, struct dt_var *v)
{
	struct text key = begin(cx), val = begin(cx);
	uint32_t end = 0;

	if (v->kind == DT_VAR_SELF) {
		add(&key, "u64", "thread", 0);
		if (v->keys.n)
			add(&key, "u64", "birth", 0);
		key.end = end = v->keys.n ? 16 : 8;
	}
	for (uint32_t i = 0; i < v->keys.n; i++) {
		uint32_t size = v->keys.v[i].size, off = dt_layout_add(&end, size);

		key_field(cx, &key, i, off, size, v->keys.v[i].type, v->keys.v[i].strid);
	}
	field(&val, "value", 0, (uint32_t)dt_type_base(v->type)->size, v->type);
	v->map->btf_key = key.s;
	v->map->btf_value = val.s;
}

/* ------------------------------------------------------------------ aggregations */

static void cell(struct text *t, const struct dt_aggdesc *d, const char *prefix)
{
	static const char *const words[][4] = {
		[DT_AGG_COUNT] = {"count"},
		[DT_AGG_SUM] = {"sum"},
		[DT_AGG_AVG] = {"count", "sum"},
		[DT_AGG_MIN] = {"value", "seen"},
		[DT_AGG_MAX] = {"value", "seen"},
		[DT_AGG_STDDEV] = {"count", "sum", "sumsq_lo", "sumsq_hi"},
	};

	if (d->nbuckets) {
		add(t, "u64", dt_asprintf(t->arena, "%sbucket", prefix), d->nbuckets);
		return;
	}
	for (int i = 0; i < 4 && words[d->kind][i]; i++)
		add(t, !strcmp(words[d->kind][i], "sum") ? "s64" : "u64",
		    dt_asprintf(t->arena, "%s%s", prefix, words[d->kind][i]), 0);
}

static void describe_keyed(struct dt_lower_ctx *cx, const struct dt_aggdesc *d)
{
	struct dt_mapdef *inner = cx->mod->maps.v[d->map]->inner;
	struct text key = begin(cx), val = begin(cx);

	add(&key, "u32", "cpu", 0);
	add(&key, "u32", "zero", 0);
	key.end = 8;
	for (uint32_t i = 0; i < d->keys.n; i++)
		key_field(cx, &key, i, d->keys.v[i].off, d->keys.v[i].size, d->keys.v[i].type,
			  d->keys.v[i].kind == DT_FLD_STRID);
	cell(&val, d, "");
	inner->btf_key = key.s;
	inner->btf_value = val.s;
}

static const char *describe_keyless(struct dt_lower_ctx *cx)
{
	struct text t = begin(cx);

	for (uint32_t i = 0; i < cx->aggs.n; i++) {
		const struct dt_aggdesc *d = cx->aggs.v[i];

		if (d->keyed)
			continue;
		add(&t, "u64", dt_asprintf(cx->arena, "%s_touched", d->name), 0);
		cell(&t, d, dt_asprintf(cx->arena, "%s_", d->name));
	}
	return t.s;
}

/* ------------------------------------------------------------------ all of them */

void dt_lower_describe(struct dt_lower_ctx *cx)
{
	cx->m_state->btf_value = "u32 state;u32 agg_active;u32 exit_called;s32 exit_status;"
				 "s64 wall_offset;u32 consumer_pid;u32 wakeup_bytes;"
				 "u64 spec_state;u64 rand_state;";
	cx->m_globals->btf_value = describe_vars(cx, DT_VAR_GLOBAL);
	cx->m_self->btf_value = describe_vars(cx, DT_VAR_SELF);
	cx->m_self->btf_key = cx->m_self->type == MAP_HASH ? "u64 thread;" : NULL;
	cx->m_aggs->btf_value = describe_keyless(cx);
	cx->m_aggs->btf_elem = cx->aggs_stride;
	for (uint32_t i = 0; i < cx->sema->vars.n; i++)
		if (cx->sema->vars.v[i]->map)
			describe_dynamic(cx, cx->sema->vars.v[i]);
	for (uint32_t i = 0; i < cx->aggs.n; i++)
		if (cx->aggs.v[i]->keyed)
			describe_keyed(cx, cx->aggs.v[i]);
}
