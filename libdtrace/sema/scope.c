/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The variables and aggregations of a compilation, and what is settled when all of it is known.
 */
#include "sema/scope.h"

#include "sema/check.h"

void dt_sema_init(struct dt_sema *s, struct dt_arena *a, struct dt_diags *d, struct dt_types *ts,
		  struct dt_registry *r)
{
	memset(s, 0, sizeof(*s));
	s->arena = a;
	s->diags = d;
	s->types = ts;
	s->registry = r;
	s->strsize = ts->strsize;
	s->scratchsize = 256;
	s->stackframes = 20;
	s->ustackframes = 100;
	s->jstackframes = 50;
	s->globals = dt_map_new(a);
	s->selfs = dt_map_new(a);
	s->thiss = dt_map_new(a);
	s->aggnames = dt_map_new(a);
	s->inlines = dt_map_new(a);
	s->symbols = dt_map_new(a);
	s->provs = dt_map_new(a);
	s->attrs = dt_map_new(a);
	s->provattrs = dt_map_new(a);
	s->ck = DT_NEW(a, struct dt_check);
}

struct dt_map *dt_scope_map(struct dt_sema *s, enum dt_var_kind k)
{
	return k == DT_VAR_GLOBAL ? s->globals : k == DT_VAR_SELF ? s->selfs : s->thiss;
}

struct dt_var *dt_scope_find(struct dt_sema *s, enum dt_var_kind k, const char *name)
{
	return dt_map_gets(dt_scope_map(s, k), name);
}

struct dt_var *dt_scope_add(struct dt_sema *s, enum dt_var_kind k, const char *name,
			    const struct dt_type *t, struct dt_span at)
{
	struct dt_map *m = dt_scope_map(s, k);
	struct dt_var *v = DT_NEW(s->arena, struct dt_var);

	v->kind = k;
	v->name = dt_intern(s->arena, name);
	v->type = t;
	v->span = at;
	v->id = dt_map_count(m);
	dt_map_sets(m, name, v);
	dt_vec_push(s->arena, &s->vars, v);
	return v;
}

const char *dt_scope_name(struct dt_sema *s, const struct dt_var *v)
{
	static const char *const prefix[] = {"", "self->", "this->"};

	return dt_asprintf(s->arena, "%s%s", prefix[v->kind], v->name);
}

struct dt_agg *dt_sema_agg(struct dt_sema *s, struct dt_expr *e, enum dt_tag tag)
{
	const char *name = e->name && *e->name ? e->name : "_";
	struct dt_agg *g = dt_map_gets(s->aggnames, name);

	if (g && g->func) {
		e->agg = g;
		return g;
	}
	dt_error(s->diags, e->span, tag, "undefined aggregation: @%s",
		 strcmp(name, "_") ? name : "");
	return NULL;
}

/* A string key whose every value is known at load time is an id; others are as wide as the widest.
 */
static void finish_keys(struct dt_sema *s, struct dt_key *k, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (!dt_type_is_string(k[i].type)) {
			k[i].strid = false;
			continue;
		}
		if (k[i].strid)
			k[i].size = 4;
		else if (!k[i].size)
			k[i].size = s->strsize;
	}
}

bool dt_sema_finish(struct dt_sema *s)
{
	for (uint32_t i = 0; i < s->vars.n; i++)
		finish_keys(s, s->vars.v[i]->keys.v, s->vars.v[i]->keys.n);
	for (uint32_t i = 0; i < s->aggs.n; i++)
		finish_keys(s, s->aggs.v[i]->keys.v, s->aggs.v[i]->keys.n);
	return !dt_failed(s->diags);
}
