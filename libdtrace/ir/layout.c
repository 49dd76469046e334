/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where everything is: records, aggregations, variables, the slot. Done once, before any code is
 * made, so that code generation only looks things up.
 *
 *	the slot (offsets are constants in every program)
 *	0          64               this_end           temp_end             slot_end
 *	| dt_slot  | this-> vars    | temporaries      | alloca space       |
 *
 * temp_end is known when all programs have been made; code that needs it reads link constants.
 */
#include "bpf/features.h"
#include "ir/lower_priv.h"

#define CACHE_LINE 64
#define MAX_PERF   65408u /* the header of a perf record has 16 bits for its size */

static uint32_t value_size(const struct dt_type *t)
{
	uint64_t n = dt_type_base(t)->size;

	return n ? (uint32_t)n : 8;
}

/* ------------------------------------------------------------------ variables */

/* Map for the elements of a dynamic variable: associative arrays and self-> strings. */
static void dyn_map(struct dt_lower_ctx *cx, struct dt_var *v, uint32_t ndyn)
{
	uint32_t key = v->kind != DT_VAR_SELF ? 0
		       : v->keys.n            ? 16
					      : 8,
		 val = dt_round8(value_size(v->type)), n;

	for (uint32_t i = 0; i < v->keys.n; i++)
		dt_layout_add(&key, v->keys.v[i].size);
	key = dt_round8(key ? key : 8);
	n = (uint32_t)(cx->opts->dynvarsize / ndyn / (key + val + 64));
	v->map = ir_map_new(cx->mod, v->name, MAP_HASH, key, val, n < 16 ? 16 : n, 0);
	if (cx->zero_size < val)
		cx->zero_size = val;
}

static bool is_dynamic(const struct dt_lower_ctx *cx, const struct dt_var *v)
{
	(void)cx;
	return v->is_assoc || (v->kind == DT_VAR_SELF && value_size(v->type) > 64);
}

static void place_vars(struct dt_lower_ctx *cx)
{
	struct dt_sema *s = cx->sema;
	uint32_t ndyn = 0, this_end = sizeof(struct dt_slot);
	bool births = false;

	for (uint32_t i = 0; i < s->vars.n; i++)
		ndyn += is_dynamic(cx, s->vars.v[i]);
	for (uint32_t i = 0; i < s->vars.n; i++) {
		struct dt_var *v = s->vars.v[i];
		uint32_t size = value_size(v->type);

		if (is_dynamic(cx, v)) {
			dyn_map(cx, v, ndyn);
			births |= v->kind == DT_VAR_SELF && v->keys.n;
		} else if (v->kind == DT_VAR_SELF)
			v->off = dt_layout_add(&cx->self_size, size);
		else if (v->kind == DT_VAR_THIS)
			v->off = dt_layout_add(&this_end, size);
		else
			v->off = dt_layout_add(&cx->globals_size, size);
	}
	if (births)
		cx->self_birth = dt_layout_add(&cx->self_size, 8);
	cx->self_size = dt_round8(cx->self_size);
	cx->globals_size = dt_round8(cx->globals_size);
	cx->this_end = cx->temp_end = dt_round8(this_end);
	if (cx->zero_size < cx->self_size)
		cx->zero_size = cx->self_size;
	if (cx->zero_size < cx->this_end)
		cx->zero_size = cx->this_end;
}

/* ------------------------------------------------------------------ aggregations */

static const struct {
	const char *name;
	enum dt_aggkind kind;
	uint32_t words; /* of a cell; 0 = one per bucket */
} agg_funcs[] = {
	{"count", DT_AGG_COUNT, 1},
	{"sum", DT_AGG_SUM, 1},
	{"avg", DT_AGG_AVG, 2},
	{"min", DT_AGG_MIN, 2},
	{"max", DT_AGG_MAX, 2},
	{"stddev", DT_AGG_STDDEV, 4},
	{"quantize", DT_AGG_QUANTIZE, 0},
	{"lquantize", DT_AGG_LQUANTIZE, 0},
	{"llquantize", DT_AGG_LLQUANTIZE, 0},
};

static uint32_t buckets(const struct dt_aggdesc *d)
{
	int64_t step;

	switch (d->kind) {
	case DT_AGG_QUANTIZE: return DT_QUANT_BUCKETS;
	case DT_AGG_LQUANTIZE:
		step = d->params[2] > 0 ? d->params[2] : 1;
		return (uint32_t)((d->params[1] - d->params[0]) / step) + 2;
	case DT_AGG_LLQUANTIZE:
		return dt_llquant_nbuckets(d->params[0], d->params[1], d->params[2], d->params[3]);
	default: return 0;
	}
}

/* The kind of field that a component of a tuple is. */
static struct dt_field key_field(const struct dt_key *k, uint32_t off)
{
	struct dt_field f = {.kind = DT_FLD_INT, .off = off, .size = k->size, .type = k->type};
	const struct dt_type *t = dt_type_base(k->type);

	f.is_signed = dt_type_is_signed(t);
	if (t->kind == TY_STACK)
		f.kind = t->userland ? DT_FLD_USTACK : DT_FLD_STACK;
	else if (t->kind == TY_SYMADDR)
		f.kind = DT_FLD_SYM;
	else if (t->kind == TY_USYMADDR)
		f.kind = DT_FLD_USYM;
	else if (t->kind == TY_STRING)
		f.kind = k->strid ? DT_FLD_STRID : DT_FLD_STRING;
	else if (t->kind == TY_ARRAY || dt_type_is_sou(t))
		f.kind = DT_FLD_BYTES;
	return f;
}

static void keyed_map(struct dt_lower_ctx *cx, struct dt_aggdesc *d)
{
	uint64_t n = cx->opts->aggsize / (d->keysize + d->size + 64);
	struct dt_mapdef *in = DT_NEW(cx->arena, struct dt_mapdef), *m;

	m = ir_map_new(cx->mod, dt_asprintf(cx->arena, "agg_%s", d->name), MAP_ARRAY_OF_MAPS, 4, 4,
		       2, 0);
	*in = (struct dt_mapdef){
		.name = m->name, .type = MAP_HASH, .key_size = d->keysize, .fd = -1};
	in->value_size = d->size;
	in->max_entries = n < 64 ? 64 : n > (1u << 24) ? 1u << 24 : (uint32_t)n;
	m->inner = in;
	d->map = m->number;
}

static void place_agg(struct dt_lower_ctx *cx, struct dt_agg *g)
{
	struct dt_aggdesc *d = DT_NEW(cx->arena, struct dt_aggdesc);
	uint32_t words = 1;

	d->name = g->name;
	d->id = g->id;
	memcpy(d->params, g->params, sizeof(d->params));
	for (size_t i = 0; g->func && i < sizeof(agg_funcs) / sizeof(agg_funcs[0]); i++)
		if (!strcmp(agg_funcs[i].name, g->func->name)) {
			d->kind = agg_funcs[i].kind;
			words = agg_funcs[i].words;
		}
	if (!words)
		words = d->nbuckets = buckets(d);
	d->size = words * 8;
	d->is_signed = d->kind != DT_AGG_COUNT;
	d->keyed = g->keys.n > 0;
	if (d->keyed) {
		d->keysize = 8; /* {u32 cpu; u32 0} */
		for (uint32_t i = 0; i < g->keys.n; i++) {
			uint32_t off = dt_layout_add(&d->keysize, g->keys.v[i].size);

			dt_vec_push(cx->arena, &d->keys, key_field(&g->keys.v[i], off));
		}
		d->keysize = dt_round8(d->keysize);
		keyed_map(cx, d);
	} else {
		d->off = cx->aggs_stride;
		cx->aggs_stride += 8 + d->size;
	}
	if (cx->zero_size < d->size)
		cx->zero_size = d->size;
	if (cx->zero_size < d->keysize)
		cx->zero_size = d->keysize;
	g->desc = d;
	dt_vec_push(cx->arena, &cx->aggs, d);
}

/* ------------------------------------------------------------------ records */

#define MAX_MASKED 64 /* actions in a clause with if/else: bits of the mask */

struct rec_layout {
	struct dt_lower_ctx *cx;
	struct dt_clausedesc *desc;
	uint32_t end;
	/* filled first, descriptors must not move once their address is known */
	DT_VEC(const struct dt_expr *) calls;
};

static void find_calls_expr(struct rec_layout *r, const struct dt_expr *e)
{
	if (!e)
		return;
	if (e->kind == E_CALL && e->func && e->func->flags & DT_FF_RECORD)
		dt_vec_push(r->cx->arena, &r->calls, e);
	if (e->kind == E_COMMA) {
		find_calls_expr(r, e->a);
		find_calls_expr(r, e->b);
	}
}

static void find_calls(struct rec_layout *r, const struct dt_stmt *s)
{
	if (!s)
		return;
	if (s->kind == S_EXPR)
		find_calls_expr(r, s->expr);
	find_calls(r, s->then);
	find_calls(r, s->otherwise);
	for (uint32_t i = 0; i < s->body.n; i++)
		find_calls(r, s->body.v[i]);
}

static void place_fields(struct rec_layout *r, struct dt_recact *act, const struct dt_expr *call)
{
	struct dt_field *f;
	uint32_t n;

	if (!call->func->fields)
		return;
	n = call->func->fields(r->cx->sema, call, NULL, 0);
	f = DT_NEW_N(r->cx->arena, struct dt_field, n + 1);
	n = call->func->fields(r->cx->sema, call, f, n);
	for (uint32_t i = 0; i < n; i++) {
		f[i].off = dt_layout_add(&r->end, f[i].size);
		dt_vec_push(r->cx->arena, &act->fields, f[i]);
	}
}

static bool place_record(struct dt_lower_ctx *cx, struct dt_clause *c)
{
	struct rec_layout r = {.cx = cx, .desc = DT_NEW(cx->arena, struct dt_clausedesc)};
	struct dt_recact none = {0}, *act;

	r.desc->index = c->index;
	r.end = sizeof(struct dt_rechdr);
	find_calls(&r, c->body);
	r.desc->has_mask = c->info->conditional && r.calls.n;
	if (r.desc->has_mask) {
		r.end += 8;
		if (r.calls.n > MAX_MASKED) {
			dt_error(cx->diags, c->span, D_UNKNOWN,
				 "a clause with if/else can have at most %d data-recording actions",
				 MAX_MASKED);
			return false;
		}
	}
	for (uint32_t i = 0; i < r.calls.n; i++) {
		none.func = r.calls.v[i]->func;
		none.arg = r.calls.v[i]->action;
		none.bit = i;
		dt_vec_push(cx->arena, &r.desc->acts, none);
	}
	for (uint32_t i = 0; i < r.calls.n; i++) {
		act = &r.desc->acts.v[i];
		place_fields(&r, act, r.calls.v[i]);
		dt_map_set(cx->recacts, &r.calls.v[i], sizeof(r.calls.v[i]), act);
	}
	r.desc->size = dt_round8(r.end);
	r.desc->emits = c->info->records;
	if (r.desc->emits && cx->opts->perf_sink && r.desc->size > MAX_PERF) {
		dt_error(cx->diags, c->span, D_UNKNOWN,
			 "this clause's records have %u bytes, and one in a perf buffer at most %u",
			 r.desc->size, MAX_PERF);
		return false;
	}
	dt_vec_push(cx->arena, &cx->descs, r.desc);
	return true;
}

/* ------------------------------------------------------------------ maps */

static struct dt_mapdef *one(struct dt_lower_ctx *cx, const char *name, uint32_t size,
			     uint32_t flags)
{
	struct dt_mapdef *m = ir_map_new(cx->mod, name, MAP_ARRAY, 4, size, 1, flags);

	m->mmapped = (flags & F_MMAPABLE) != 0;
	m->frozen = (flags & F_RDONLY_PROG) != 0;
	return m;
}

static uint32_t ring_size(uint64_t bytes)
{
	uint32_t n = 4096;

	while (n < bytes && n < (1u << 30))
		n *= 2;
	return n;
}

/* Every map there may be; dt_lower() drops those that no program came to use. */
static void make_maps(struct dt_lower_ctx *cx)
{
	struct dt_mapdef *m;

	cx->m_state = one(cx, "state", sizeof(struct dt_state), F_MMAPABLE);
	cx->m_stats = one(cx, "stats", sizeof(struct dt_cpustats), F_MMAPABLE);
	cx->m_stats->ncpu_value = true;
	cx->m_slots = ir_map_new(cx->mod, "slots", MAP_ARRAY, 4, 0, DT_NSLOTS, 0);
	cx->m_slots->ncpu_entries = true;
	if (cx->opts->perf_sink) {
		cx->m_perf = ir_map_new(cx->mod, "perf", MAP_PERF_EVENT_ARRAY, 4, 4, 1, 0);
		cx->m_perf->ncpu_entries = true;
	} else {
		cx->m_ring = ir_map_new(cx->mod, "ring", MAP_RINGBUF, 0, 0,
					ring_size(cx->opts->bufsize), 0);
		m = cx->m_rings = ir_map_new(cx->mod, "rings", MAP_ARRAY_OF_MAPS, 4, 4, 1, 0);
		m->ncpu_entries = true;
		m->inner = cx->m_ring;
	}
	cx->m_strtab = one(cx, "strtab", 0, F_RDONLY_PROG);
	cx->m_zero = one(cx, "zero", 0, F_RDONLY_PROG);
	cx->m_globals = one(cx, "globals", cx->globals_size, F_MMAPABLE);
	cx->m_aggs = one(cx, "aggs", 2 * cx->aggs_stride, F_MMAPABLE);
	cx->m_aggs->ncpu_value = true;
	if (dt_feature(cx->features, FEAT_TASK_STORAGE))
		cx->m_self = ir_map_new(cx->mod, "self", MAP_TASK_STORAGE, 4, cx->self_size, 0,
					F_NO_PREALLOC);
	else
		cx->m_self =
			ir_map_new(cx->mod, "self", MAP_HASH, 8, cx->self_size,
				   (uint32_t)(cx->opts->dynvarsize / (cx->self_size + 64)) + 16, 0);
	cx->m_vtin = one(cx, "vtime_in", 8, 0);
	cx->m_vtin->ncpu_value = true;
	cx->m_vtacc = ir_map_new(cx->mod, "vtime_acc", MAP_HASH, 4, 8, 65536, 0);
}

bool dt_lower_layout(struct dt_lower_ctx *cx)
{
	struct dt_sema *s = cx->sema;

	cx->zero_size = 64;
	place_vars(cx);
	for (uint32_t i = 0; i < s->aggs.n; i++)
		place_agg(cx, s->aggs.v[i]);
	/* whole cache lines: CPUs that count must not take them from each other */
	cx->aggs_stride = (cx->aggs_stride + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
	for (uint32_t i = 0; i < s->clauses.n; i++)
		if (!place_record(cx, s->clauses.v[i]))
			return false;
	make_maps(cx);
	return true;
}
