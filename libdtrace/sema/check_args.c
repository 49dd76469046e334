/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * args[], and the declarations of providers that say what they are (GRM-20 to GRM-22).
 *
 * args[i] is a raw argument with a type, or a translation of one (struct dt_argdesc). The probes of
 * a clause must agree on the type that the program sees; if they keep the value in different raw
 * arguments, or translate from different types, the probe's id chooses when the program runs:
 *
 *	id == 123 || id == 124 ? xlate <T>((A)arg0) : xlate <T>((B)arg1)
 */
#include <ctype.h>
#include <errno.h>

#include "sema/check.h"

#define ARGS_MAX        32
#define VARIANT_IDS_MAX 64 /* probes told apart by id */

/* ------------------------------------------------------------------ declared providers */

/* What was declared of one probe; under "provider:probe" in s->provs. */
struct declared {
	int n;
	struct dt_argdesc args[ARGS_MAX];
};

/* Provider "name1234" is an instance of "name" in a process. */
static const struct declared *declaration(struct dt_sema *s, const struct dt_probe *pr)
{
	size_t len = strlen(pr->prov);

	if (!dt_map_count(s->provs))
		return NULL;
	while (len && isdigit((unsigned char)pr->prov[len - 1]))
		len--;
	return dt_map_gets(s->provs,
			   dt_asprintf(s->arena, "%.*s:%s", (int)len, pr->prov, pr->name));
}

int dt_sema_probe_args(struct dt_sema *s, const struct dt_probe *pr, struct dt_argdesc *out,
		       int max)
{
	const struct declared *d = declaration(s, pr);
	int n;

	memset(out, 0, (size_t)max * sizeof(*out));
	if (!d)
		return pr->provider->args ? pr->provider->args(s->registry, pr, s->types, out, max)
					  : 0;
	n = d->n < max ? d->n : max;
	memcpy(out, d->args, (size_t)n * sizeof(*out));
	return n;
}

/* GRM-22 */
static const char *published(struct dt_sema *s, const char *name)
{
	char *out = dt_strdup(s->arena, name), *w = out;

	for (const char *p = name; *p; w++) {
		*w = p[0] == '_' && p[1] == '_' ? '-' : *p;
		p += *w == '-' && *p == '_' ? 2 : 1;
	}
	*w = '\0';
	return out;
}

static bool is_built_in(const char *name)
{
	for (int i = 0; dt_providers[i]; i++)
		if (!strcmp(dt_providers[i]->name, name))
			return true;
	return false;
}

/* Can a value of type `native` be shown as a `type`? */
static bool translatable(struct dt_sema *s, const struct dt_argdesc *d)
{
	struct dt_expr value = {.kind = E_BOUND, .type = d->native}, e = {.a = &value}, *p = &value;

	value.space = dt_check_space(value.type, SP_NONE);
	return dt_type_same(d->native, d->type) || dt_check_translate(s, &e, d->type) ||
	       dt_check_coerce(s, &p, d->type);
}

/* The raw argument that translated parameter number i stands for: by name, or else by place. */
static unsigned source_of(const struct dt_prov_probe *pp, uint32_t i)
{
	const char *name = pp->xlated.v[i]->name;

	for (uint32_t k = 0; name && k < pp->native.n; k++)
		if (pp->native.v[k]->name && !strcmp(pp->native.v[k]->name, name))
			return k;
	return i;
}

static bool is_void_list(struct dt_sema *s, struct dt_decl *const *v, uint32_t n)
{
	const struct dt_type *t = n == 1 && !v[0]->name ? dt_sema_decl_type(s, v[0]) : NULL;

	return t && dt_type_kind(t) == TY_VOID;
}

/* Fills *d from a probe's two lists. False after reporting. */
static bool declare_probe(struct dt_sema *s, struct dt_prov_probe *pp, struct declared *d)
{
	if (is_void_list(s, pp->native.v, pp->native.n))
		pp->native.n = 0;
	if (is_void_list(s, pp->xlated.v, pp->xlated.n))
		pp->xlated.n = 0;
	d->n = (int)(pp->has_xlated ? pp->xlated.n : pp->native.n);
	if (pp->native.n > ARGS_MAX || d->n > ARGS_MAX) {
		dt_error(s->diags, pp->span, D_PROV_PRARGLEN, "probe %s has more than %d arguments",
			 pp->name, ARGS_MAX);
		return false;
	}
	for (int i = 0; i < d->n; i++) {
		struct dt_argdesc *a = &d->args[i];
		struct dt_decl *p = pp->has_xlated ? pp->xlated.v[i] : pp->native.v[i];

		a->mapping = pp->has_xlated ? source_of(pp, (uint32_t)i) : (unsigned)i;
		if (a->mapping >= pp->native.n) {
			dt_error(s->diags, p->span, D_PROV_PRXLATOR,
				 "argument #%d of probe %s is none of its native arguments", i + 1,
				 pp->name);
			return false;
		}
		a->type = dt_sema_decl_type(s, p);
		a->native = dt_sema_decl_type(s, pp->native.v[a->mapping]);
		if (!a->type || !a->native)
			return false;
		if (!translatable(s, a)) {
			dt_error(s->diags, p->span, D_PROV_PRXLATOR,
				 "argument #%d of probe %s: no translator from %s to %s is defined",
				 i + 1, pp->name, dt_type_str(s->arena, a->native),
				 dt_type_str(s->arena, a->type));
			return false;
		}
	}
	return true;
}

static bool same_args(const struct declared *a, const struct declared *b)
{
	for (int i = 0; a->n == b->n && i < a->n; i++)
		if (!dt_type_same(a->args[i].type, b->args[i].type) ||
		    !dt_type_same(a->args[i].native, b->args[i].native) ||
		    a->args[i].mapping != b->args[i].mapping)
			return false;
	return a->n == b->n;
}

void dt_check_provider(struct dt_sema *s, struct dt_prov_decl *p)
{
	struct dt_map *seen = dt_map_new(s->arena);

	s->diags->region = "provider definition";
	for (uint32_t i = 0; i < p->probes.n; i++) {
		struct dt_prov_probe *pp = &p->probes.v[i];
		const char *name = published(s, pp->name), *key;
		struct declared *d = DT_NEW(s->arena, struct declared), *old;

		key = dt_asprintf(s->arena, "%s:%s", p->name, name);
		if (is_built_in(p->name)) {
			dt_error(s->diags, pp->span, D_PROV_INCOMPAT,
				 "provider %s is dtrace's own and may not be declared", p->name);
			break;
		}
		if (dt_map_gets(seen, name)) {
			dt_error(s->diags, pp->span, D_PROV_PRDUP,
				 "probe %s of provider %s is declared twice", name, p->name);
			continue;
		}
		dt_map_sets(seen, name, pp);
		if (!declare_probe(s, pp, d))
			continue;
		old = dt_map_gets(s->provs, key);
		if (old && !same_args(old, d))
			dt_error(s->diags, pp->span, D_PROV_INCOMPAT,
				 "probe %s of provider %s was declared with other arguments before",
				 name, p->name);
		else
			dt_map_sets(s->provs, key, d);
	}
	s->diags->region = NULL;
}

/* ------------------------------------------------------------------ args[i] */

/* One way in which probes have the argument. */
struct variant {
	const struct dt_type *native;
	unsigned raw;
	DT_VEC(uint32_t) ids;
};

struct arg {
	const struct dt_type *type; /* as the program sees it */
	DT_VEC(struct variant) ways;
};

static void add_way(struct dt_sema *s, struct arg *arg, const struct dt_argdesc *d, int64_t i,
		    uint32_t id)
{
	struct variant v = {.native = d->native ? d->native : d->type,
			    .raw = d->native ? d->mapping : (unsigned)i};
	uint32_t k = 0;

	while (k < arg->ways.n &&
	       (arg->ways.v[k].raw != v.raw || !dt_type_same(arg->ways.v[k].native, v.native)))
		k++;
	if (k == arg->ways.n)
		dt_vec_push(s->arena, &arg->ways, v);
	dt_vec_push(s->arena, &arg->ways.v[k].ids, id);
}

static void differ(struct dt_sema *s, struct dt_expr *e, int64_t i, const struct dt_probe *other)
{
	const struct dt_probe *first = s->clause->probes.v[0];

	dt_error(s->diags, e->span, D_ARGS_MULTI,
		 "args[%lld] may not be used: the probes of this clause have different arguments "
		 "(%s:%s:%s:%s and %s:%s:%s:%s)",
		 (long long)i, first->prov, first->mod, first->func, first->name, other->prov,
		 other->mod, other->func, other->name);
}

/* What argument i is in all probes of the clause; false after reporting. */
static bool gather(struct dt_sema *s, struct dt_expr *e, int64_t i, struct arg *arg)
{
	struct dt_argdesc d[ARGS_MAX];

	for (uint32_t p = 0; p < s->clause->probes.n; p++) {
		const struct dt_probe *pr = s->clause->probes.v[p];
		int n = dt_sema_probe_args(s, pr, d, ARGS_MAX);

		if (n < 0) {
			dt_error(s->diags, e->span, D_ARGS_TYPE,
				 "the arguments of %s:%s:%s:%s are not known: %s", pr->prov,
				 pr->mod, pr->func, pr->name,
				 s->registry->error ? s->registry->error : "?");
			return false;
		}
		if (p && (arg->type ? i >= n || !dt_type_same(arg->type, d[i].type) : i < n)) {
			differ(s, e, i, pr);
			return false;
		}
		if (i >= n)
			continue;
		if (!p)
			arg->type = d[i].type;
		add_way(s, arg, &d[i], i, pr->id);
	}
	if (!arg->type) {
		const struct dt_probe *pr = s->clause->probes.v[0];

		dt_error(s->diags, e->span, D_ARGS_IDX,
			 "index %lld is out of range for %s:%s:%s:%s args[]", (long long)i,
			 pr->prov, pr->mod, pr->func, pr->name);
		return false;
	}
	return arg->type->kind != TY_ERROR;
}

/* An argument that is an array or a struct: what is handed over is its address. */
static struct dt_expr *in_memory(struct dt_sema *s, struct dt_expr *raw)
{
	struct dt_expr *e = dt_check_node(s, E_DEREF, raw->span, raw->type);

	e->a = raw;
	e->space = SP_KERNEL;
	raw->type = dt_type_ptr(s->types, raw->type);
	raw->space = SP_KERNEL;
	return e;
}

/* The argument one way. NULL after reporting. */
static struct dt_expr *one_way(struct dt_sema *s, const struct arg *arg, const struct variant *v,
			       struct dt_span at)
{
	struct dt_expr *raw = dt_check_node(s, E_BUILTIN, at, v->native), *e;

	raw->builtin = BV_ARGS;
	raw->ival = v->raw;
	raw->space = dt_check_space(raw->type, SP_NONE);
	s->clause->info->args_read |= 1u << v->raw;
	if (dt_type_kind(raw->type) == TY_ARRAY || dt_type_is_sou(dt_type_base(raw->type)))
		raw = in_memory(s, raw);
	if (dt_type_same(v->native, arg->type))
		return raw;
	e = dt_check_node(s, E_XLATE, at, NULL);
	e->a = raw;
	if (dt_check_translate(s, e, arg->type))
		return e;
	if (dt_check_coerce(s, &raw, arg->type))
		return raw;
	dt_error(s->diags, at, D_ARGS_XLATOR,
		 "args[] needs a translator from %s to %s, and none is defined",
		 dt_type_str(s->arena, v->native), dt_type_str(s->arena, arg->type));
	return NULL;
}

/* id == n1 || id == n2 ... */
static struct dt_expr *is_one_of(struct dt_sema *s, const struct variant *v, struct dt_span at)
{
	struct dt_expr *all = NULL;

	for (uint32_t i = 0; i < v->ids.n; i++) {
		struct dt_expr *eq = dt_check_node(s, E_BINARY, at, s->types->t_int), * or ;

		eq->op = OP_EQ;
		eq->a = dt_check_node(s, E_BUILTIN, at, s->types->t_uint);
		eq->a->builtin = BV_ID;
		eq->b = dt_check_node(s, E_INT, at, NULL);
		dt_fold_set(eq->b, s->types->t_uint, v->ids.v[i]);
		if (!all) {
			all = eq;
			continue;
		}
		or = dt_check_node(s, E_LOGIC, at, s->types->t_int);
		or->op = OP_LOR;
		or->a = all;
		or->b = eq;
		all = or ;
	}
	return all;
}

/* The way of the most probes last: it needs no test. */
static bool order_ways(struct arg *arg)
{
	struct variant *w = arg->ways.v, *last = &w[arg->ways.n - 1], t;
	uint32_t tested = 0;

	for (uint32_t k = 0; k + 1 < arg->ways.n; k++)
		if (w[k].ids.n > last->ids.n) {
			t = w[k];
			w[k] = *last;
			*last = t;
		}
	for (uint32_t k = 0; k + 1 < arg->ways.n; k++)
		tested += w[k].ids.n;
	return tested <= VARIANT_IDS_MAX;
}

static struct dt_expr *choose(struct dt_sema *s, const struct arg *arg, struct dt_span at)
{
	struct dt_expr *e = one_way(s, arg, &arg->ways.v[arg->ways.n - 1], at);

	for (uint32_t k = arg->ways.n - 1; e && k-- > 0;) {
		struct dt_expr *c = dt_check_node(s, E_COND, at, NULL);

		c->a = is_one_of(s, &arg->ways.v[k], at);
		c->b = one_way(s, arg, &arg->ways.v[k], at);
		c->c = e;
		if (!c->b)
			return NULL;
		e = c;
		dt_check_expr(s, &e, CX_VALUE);
		if (dt_bad(e))
			return NULL;
	}
	return e;
}

void dt_check_args(struct dt_sema *s, struct dt_expr **pe)
{
	struct dt_expr *e = *pe, *i = e->list.v[0], *r = NULL;
	struct arg arg = {0};

	if (!i->is_const || !dt_type_is_int(i->type)) {
		dt_error(s->diags, i->span, D_PROTO_ARG,
			 "the index of args[] must be an integer constant");
	} else if (i->ival < 0 || i->ival >= ARGS_MAX) {
		dt_error(s->diags, i->span, D_ARGS_IDX, "index %lld is out of range for args[]",
			 (long long)i->ival);
	} else if (!s->clause) {
		dt_error(s->diags, e->span, D_ARGS_NONE, "args[] may only be used in a clause");
	} else if (!s->clause->probes.n) { /* matches nothing (-Z): never runs */
		r = dt_check_node(s, E_BUILTIN, e->span, s->types->t_int64);
		r->builtin = BV_ARGS;
		r->ival = i->ival;
	} else if (gather(s, e, i->ival, &arg)) {
		if (order_ways(&arg))
			r = choose(s, &arg, e->span);
		else
			differ(s, e, i->ival, s->clause->probes.v[s->clause->probes.n - 1]);
	}
	if (!r) {
		dt_poison(s, e);
		return;
	}
	r->implicit = e->implicit;
	*pe = r;
}
