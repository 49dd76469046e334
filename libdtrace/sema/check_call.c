/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls, tuples and aggregations: what the table of functions (func.h) says, applied; and the rules
 * on the order of actions in a clause.
 */
#include "sema/check.h"

/* ------------------------------------------------------------------ order (spec 5.5) */

static bool order_error(struct dt_sema *s, struct dt_span at, const char *name, enum dt_tag tag,
			const char *why)
{
	dt_error(s->diags, at, tag, "%s( ) %s", name, why);
	return false;
}

static bool order_agg(struct dt_sema *s, struct dt_expr *call, const struct dt_clause_info *ci)
{
	if (ci->commits)
		return order_error(s, call->span, call->func->name, D_AGG_COMM,
				   "may not follow commit(): aggregations are not speculative");
	if (ci->speculates)
		return order_error(s, call->span, call->func->name, D_AGG_SPEC,
				   "may not follow speculate(): aggregations are not speculative");
	return true;
}

static bool order(struct dt_sema *s, struct dt_expr *call)
{
	const struct dt_func *f = call->func;
	struct dt_clause_info *ci = s->clause ? s->clause->info : NULL;
	struct dt_span at = call->span;

	if (!ci)
		return true;
	if (f->kind == DT_FN_AGG)
		return order_agg(s, call, ci);
	if (f->flags & DT_FF_COMMIT) {
		if (ci->nactions)
			return order_error(s, at, f->name, D_COMM_DREC,
					   "may not follow data-recording actions");
		ci->commits = true;
		return true;
	}
	if (f->flags & DT_FF_SPECULATE) {
		if (ci->speculates)
			return order_error(s, at, f->name, D_SPEC_SPEC,
					   "may not follow speculate()");
		if (ci->commits)
			return order_error(s, at, f->name, D_SPEC_COMM, "may not follow commit()");
		if (ci->nactions)
			return order_error(s, at, f->name, D_SPEC_DREC,
					   "may not follow data-recording actions");
		ci->speculates = true;
		return true;
	}
	if ((f->flags & DT_FF_EXIT) && ci->speculates)
		return order_error(s, at, f->name, D_EXIT_SPEC, "may not follow speculate()");
	if ((f->flags & DT_FF_DESTRUCTIVE) && ci->speculates)
		return order_error(s, at, f->name, D_ACT_SPEC,
				   "may not follow speculate(): it is destructive");
	if ((f->flags & DT_FF_RECORD) && ci->commits)
		return order_error(s, at, f->name, D_DREC_COMM, "may not follow commit()");
	return true;
}

/* What the clause is told about an action that stands as a statement. */
static void note(struct dt_sema *s, const struct dt_func *f)
{
	struct dt_clause_info *ci = s->clause ? s->clause->info : NULL;

	if (!ci)
		return;
	if (f->flags & DT_FF_DESTRUCTIVE)
		ci->destructive = true;
	if (f->flags & DT_FF_EXIT)
		ci->exits = true;
	if (f->flags & DT_FF_RECORD) {
		ci->nactions++;
		if (s->ck->branches)
			ci->conditional = true;
	}
}

/* ------------------------------------------------------------------ arguments */

struct sig {
	uint32_t min, max; /* max UINT32_MAX: any number */
};

static struct sig sig_count(const char *sig)
{
	struct sig r = {0, 0};
	bool optional = false;

	for (; *sig; sig++) {
		if (*sig == '[') {
			optional = true;
		} else if (*sig == '*') {
			r.max = UINT32_MAX;
			return r;
		} else if (*sig != ']') {
			r.max++;
			r.min += !optional;
		}
	}
	return r;
}

/* The letter for argument i; 'e' past the end of a list ended by '*'. */
static char sig_letter(const char *sig, uint32_t i)
{
	for (; *sig && *sig != '*'; sig++) {
		if (*sig == '[' || *sig == ']')
			continue;
		if (i-- == 0)
			return *sig;
	}
	return 'e';
}

static bool arg_count(struct dt_sema *s, struct dt_expr *e)
{
	struct sig c = sig_count(e->func->sig);
	uint32_t n = e->list.n;

	if (n >= c.min && n <= c.max)
		return true;
	dt_error(s->diags, e->span, D_PROTO_LEN, "%s( ) takes %s%u argument%s, not %u",
		 e->func->name,
		 c.min == c.max ? ""
		 : n < c.min    ? "at least "
				: "at most ",
		 n < c.min ? c.min : c.max, (n < c.min ? c.min : c.max) == 1 ? "" : "s", n);
	return false;
}

/* Does the (checked) argument fit the letter? Strings are wrapped. NULL if it does, else what is
 * wanted. */
static const char *arg_wants(struct dt_sema *s, struct dt_expr **pe, char letter)
{
	struct dt_expr *e = *pe;
	enum dt_type_kind k = dt_type_kind(e->type);
	bool is_int = k == TY_INT || k == TY_ENUM;

	switch (letter) {
	case 'i': return is_int ? NULL : "an integer";
	case 'n': return is_int && e->is_const ? NULL : "an integer constant";
	case 'p':
		if (is_int || k == TY_PTR)
			return NULL;
		if ((k == TY_ARRAY && e->space != SP_NONE) || k == TY_FUNC)
			return dt_check_decay(s, pe) ? NULL : "a pointer or an address";
		return "a pointer or an address";
	case 's':
		if (dt_is_zero(e) && is_int)
			return dt_check_coerce(s, pe, s->types->t_string) ? NULL : "a string";
		return dt_sema_want_string(s, pe) ? NULL : "a string";
	case 'S': return e->kind == E_STRING ? NULL : "a string constant";
	case '@': return e->kind == E_AGG ? NULL : "an aggregation";
	default: return NULL;
	}
}

static bool check_args(struct dt_sema *s, struct dt_expr *e)
{
	const struct dt_func *f = e->func;
	bool ok = true;

	for (uint32_t i = 0; i < e->list.n; i++) {
		dt_check_expr(s, &e->list.v[i], CX_ARG);
		ok &= !dt_bad(e->list.v[i]);
	}
	if (!ok || !arg_count(s, e))
		return false;
	for (uint32_t i = 0; i < e->list.n; i++) {
		const char *wants = arg_wants(s, &e->list.v[i], sig_letter(f->sig, i));
		bool agg = f->kind == DT_FN_AGG && i == 0;

		if (!wants)
			continue;
		dt_error(s->diags, e->list.v[i]->span, agg ? D_AGG_SCALAR : D_PROTO_ARG,
			 "%s( ) argument #%u must be %s, not %s", f->name, i + 1, wants,
			 dt_tstr(s, e->list.v[i]));
		ok = false;
	}
	return ok;
}

/* ------------------------------------------------------------------ calls */

static const struct dt_func *find_func(struct dt_sema *s, struct dt_expr *e)
{
	const struct dt_func *f;
	enum dt_builtin b;
	char kind;
	int argn;

	if (e->a->kind != E_IDENT || e->a->module) {
		dt_error(s->diags, e->a->span, D_FUNC_IDENT,
			 "what is called must be the name of a function");
		return NULL;
	}
	f = dt_func_find(e->a->name);
	if (f && (f->flags & DT_FF_LATER)) {
		dt_error(s->diags, e->a->span, D_FUNC_UNDEF, "%s( ) is not implemented", f->name);
		return NULL;
	}
	if (f)
		return f;
	if (dt_scope_find(s, DT_VAR_GLOBAL, e->a->name) || dt_map_gets(s->inlines, e->a->name) ||
	    dt_map_gets(s->symbols, e->a->name) || dt_builtin_find(e->a->name, &b, &argn, &kind))
		dt_error(s->diags, e->a->span, D_FUNC_IDKIND, "%s is a variable, not a function",
			 e->a->name);
	else
		dt_error(s->diags, e->a->span, D_FUNC_UNDEF, "undefined function name: %s",
			 e->a->name);
	return NULL;
}

/* Is the function allowed where it stands? */
static bool place_ok(struct dt_sema *s, struct dt_expr *e, enum dt_cx cx)
{
	const struct dt_func *f = e->func;

	if (f->kind == DT_FN_SUBR || (f->kind == DT_FN_ACTION && (f->flags & DT_FF_VALUE)))
		return true;
	if (f->kind == DT_FN_ACTION && cx == CX_STMT)
		return true;
	if (cx == CX_ARM)
		dt_error(s->diags, e->span, D_OP_ACT,
			 "%s( ) may not be called in ?:; use if and else", f->name);
	else if (f->kind == DT_FN_AGG)
		dt_error(s->diags, e->span, D_CG_EXPR,
			 "%s( ) is an aggregating function: it may only be assigned to an "
			 "aggregation",
			 f->name);
	else
		dt_error(s->diags, e->span, D_CG_EXPR,
			 "%s( ) is an action: it may only be called as a statement, not in an "
			 "expression",
			 f->name);
	return false;
}

static void result_type(struct dt_sema *s, struct dt_expr *e)
{
	const char *ret = e->func->ret ? e->func->ret : "void";

	e->type = dt_typename(s, ret);
	if (!e->type)
		e->type = s->types->t_ulong;
	if (dt_type_is_ptr(e->type))
		e->space = SP_SCRATCH;
	if (e->type == s->types->t_stack)
		e->type = dt_type_stack_n(s->types, s->stackframes, false);
	else if (e->type == s->types->t_ustack)
		e->type = dt_type_stack_n(s->types, s->ustackframes, true);
}

/* ------------------------------------------------------------------ defined()
 *
 * Kernels differ in the members of their structs. defined(T->__state) is 1 if the expression makes
 * sense here, else 0. What ?: or if then decides against is left out unseen.
 */

bool dt_check_is_defined_test(const struct dt_expr *e)
{
	const struct dt_func *f;

	switch (e->kind) {
	case E_UNARY: return e->op == OP_LNOT && dt_check_is_defined_test(e->a);
	case E_LOGIC: return dt_check_is_defined_test(e->a) && dt_check_is_defined_test(e->b);
	case E_CALL:
		f = e->a->kind == E_IDENT && !e->a->module ? dt_func_find(e->a->name) : NULL;
		return f && (f->flags & DT_FF_TEST);
	default: return false;
	}
}

static void check_defined(struct dt_sema *s, struct dt_expr *e)
{
	uint32_t before = s->diags->list.n;
	struct dt_expr *x;
	bool ok;

	if (!arg_count(s, e)) {
		dt_poison(s, e);
		return;
	}
	x = dt_check_copy(s, e->list.v[0], NULL, NULL);
	if (x)
		dt_check_expr(s, &x, CX_VALUE);
	ok = x && !dt_bad(x) && s->diags->list.n == before;
	s->diags->list.n = before;
	dt_fold_set(e, s->types->t_int, ok);
}

void dt_check_call(struct dt_sema *s, struct dt_expr **pe, enum dt_cx cx)
{
	struct dt_expr *e = *pe;
	bool action;

	e->func = find_func(s, e);
	if (!e->func || !place_ok(s, e, cx)) {
		/* names in the arguments may still be wrong, but saying so would be noise */
		dt_poison(s, e);
		return;
	}
	if (e->func->flags & DT_FF_TEST) {
		check_defined(s, e);
		return;
	}
	action = e->func->kind == DT_FN_ACTION && cx == CX_STMT;
	if (!check_args(s, e)) {
		if (action)
			note(s, e->func);
		dt_poison(s, e);
		return;
	}
	result_type(s, e);
	if (action && !order(s, e)) {
		dt_poison(s, e);
		return;
	}
	if (e->func->check && !e->func->check(s, e))
		dt_poison(s, e);
	if (action)
		note(s, e->func);
	else if ((e->func->flags & DT_FF_DESTRUCTIVE) && s->clause)
		s->clause->info->destructive = true;
}

/* ------------------------------------------------------------------ tuples */

/* Makes *pe fit for a key; false after reporting. */
static bool key_value(struct dt_sema *s, struct dt_expr **pe)
{
	const struct dt_type *t = dt_type_base((*pe)->type);

	switch (t->kind) {
	case TY_INT:
	case TY_ENUM:
		if (dt_is_bitfield(*pe))
			dt_sema_convert(s, pe, dt_conv_promote(s->types, t));
		return t->size <= 8;
	case TY_PTR:
	case TY_STRING:
	case TY_STACK:
	case TY_SYMADDR:
	case TY_USYMADDR: return true;
	case TY_ARRAY:
		if (dt_sema_want_string(s, pe))
			return true;
		break;
	default: break;
	}
	dt_error(s->diags, (*pe)->span, D_KEY_TYPE, "a value of type %s may not be a key",
		 dt_tstr(s, *pe));
	return false;
}

static void key_widen(struct dt_sema *s, struct dt_key *k, const struct dt_expr *e)
{
	uint32_t w;

	if (!dt_type_is_string(k->type)) {
		k->size = (uint32_t)dt_type_base(k->type)->size;
		return;
	}
	w = dt_sema_strwidth(s, e);
	if (w > k->size)
		k->size = w;
	if (!dt_sema_str_static(e))
		k->strid = false;
}

/* Fits *pe to key k, widening k unless it was declared. */
static bool key_fit(struct dt_sema *s, struct dt_expr **pe, struct dt_key *k, bool declared)
{
	const struct dt_type *kt = dt_type_base(k->type), *t = dt_type_base((*pe)->type);

	if (dt_type_is_int(kt) && dt_type_is_int(t) && !declared) {
		if (t->size > kt->size)
			k->type = (*pe)->type;
		return true;
	}
	if (kt->kind == TY_STACK && t->kind == TY_STACK && kt->userland == t->userland) {
		if (t->size > kt->size)
			k->type = (*pe)->type;
		return true;
	}
	return dt_check_coerce(s, pe, k->type);
}

bool dt_check_keys(struct dt_sema *s, struct dt_expr *e, struct dt_keyvec *keys, bool known,
		   bool declared, const char *what)
{
	bool ok = true;

	for (uint32_t i = 0; i < e->list.n; i++) {
		dt_check_expr(s, &e->list.v[i], CX_ARG);
		ok = !dt_bad(e->list.v[i]) && key_value(s, &e->list.v[i]) && ok;
	}
	if (!ok)
		return false;
	if (known && e->list.n != keys->n) {
		dt_error(s->diags, e->span, D_PROTO_LEN, "%s takes %u key%s, not %u", what, keys->n,
			 keys->n == 1 ? "" : "s", e->list.n);
		return false;
	}
	for (uint32_t i = 0; i < e->list.n; i++) {
		if (!known) {
			const struct dt_type *t = e->list.v[i]->type;
			struct dt_key k = {.type = dt_type_is_string(t) ? s->types->t_string : t,
					   .strid = dt_type_is_string(t)};

			dt_vec_push(s->arena, keys, k);
		} else if (!key_fit(s, &e->list.v[i], &keys->v[i], declared)) {
			dt_error(s->diags, e->list.v[i]->span, D_PROTO_ARG,
				 "key #%u of %s is of type %s, not %s", i + 1, what,
				 dt_type_str(s->arena, keys->v[i].type), dt_tstr(s, e->list.v[i]));
			return false;
		}
		key_widen(s, &keys->v[i], e->list.v[i]);
	}
	return true;
}

/* ------------------------------------------------------------------ aggregations */

/* The constant parameters of lquantize() and llquantize(), by which two uses must agree. */
static uint32_t agg_params(const struct dt_expr *call, int64_t p[4])
{
	uint32_t n = !strcmp(call->func->name, "lquantize")    ? 3
		     : !strcmp(call->func->name, "llquantize") ? 4
							       : 0;

	for (uint32_t i = 0; i < n; i++)
		p[i] = i + 1 < call->list.n ? call->list.v[i + 1]->ival
					    : 1; /* step defaults to 1 */
	return n;
}

static bool params_match(struct dt_sema *s, const struct dt_agg *g, const struct dt_expr *call,
			 const int64_t p[4], uint32_t n)
{
	static const struct {
		enum dt_tag tag;
		const char *what;
	} lq[] = {{D_LQUANT_MATCHBASE, "base"},
		  {D_LQUANT_MATCHLIM, "limit"},
		  {D_LQUANT_MATCHSTEP, "step"}},
	  llq[] = {{D_LLQUANT_MATCHFACTOR, "factor"},
		   {D_LLQUANT_MATCHLMAG, "low magnitude"},
		   {D_LLQUANT_MATCHHMAG, "high magnitude"},
		   {D_LLQUANT_MATCHSTEPS, "number of steps"}};

	for (uint32_t i = 0; i < n; i++)
		if (p[i] != g->params[i]) {
			dt_error(s->diags, call->span, n == 3 ? lq[i].tag : llq[i].tag,
				 "%s( ) %s (%lld) differs from an earlier use of @%s (%lld)",
				 call->func->name, n == 3 ? lq[i].what : llq[i].what,
				 (long long)p[i], g->name, (long long)g->params[i]);
			return false;
		}
	return true;
}

static struct dt_agg *agg_make(struct dt_sema *s, const char *name, struct dt_span at)
{
	struct dt_agg *g = dt_map_gets(s->aggnames, name);

	if (g)
		return g;
	g = DT_NEW(s->arena, struct dt_agg);
	g->name = dt_intern(s->arena, name);
	g->id = s->aggs.n;
	g->span = at;
	dt_vec_push(s->arena, &s->aggs, g);
	dt_map_sets(s->aggnames, name, g);
	return g;
}

/* The right side, checked: true if it is a good call of an aggregating function. */
static bool agg_call(struct dt_sema *s, struct dt_expr *call, struct dt_agg *g)
{
	if (call->kind != E_CALL) {
		dt_error(s->diags, call->span, D_AGG_FUNC,
			 "@%s must be assigned the result of an aggregating function", g->name);
		return false;
	}
	call->func = find_func(s, call);
	if (!call->func)
		return false;
	if (call->func->kind != DT_FN_AGG) {
		dt_error(s->diags, call->span, D_AGG_FUNC,
			 "@%s must be assigned the result of an aggregating function, and %s( ) is "
			 "none",
			 g->name, call->func->name);
		return false;
	}
	if (!check_args(s, call))
		return false;
	call->agg = g;
	call->type = s->types->t_void;
	return order(s, call) && (!call->func->check || call->func->check(s, call));
}

static bool agg_assign(struct dt_sema *s, struct dt_expr *e, struct dt_agg *g)
{
	const char *what = dt_asprintf(s->arena, "@%s", g->name);
	struct dt_expr *call = e->b;
	int64_t p[4] = {0};
	uint32_t n;

	if (e->op) {
		dt_error(s->diags, e->span, D_AGG_FUNC,
			 "an aggregation may only be assigned with =");
		return false;
	}
	if (!agg_call(s, call, g))
		return false;
	if (g->func && g->func != call->func) {
		dt_error(s->diags, e->span, D_AGG_REDEF,
			 "@%s was assigned %s( ) and may not be assigned %s( )", g->name,
			 g->func->name, call->func->name);
		return false;
	}
	n = agg_params(call, p);
	if (g->func && !params_match(s, g, call, p, n))
		return false;
	if (!dt_check_keys(s, e->a, &g->keys, g->keyed_known, false, what))
		return false;
	g->keyed_known = true;
	g->func = call->func;
	memcpy(g->params, p, sizeof(p));
	g->nparams = n;
	return true;
}

void dt_check_agg_assign(struct dt_sema *s, struct dt_expr *e)
{
	const char *name = e->a->name && *e->a->name ? e->a->name : "_";
	struct dt_agg *g = agg_make(s, name, e->a->span);

	e->a->agg = e->agg = g;
	e->a->type = s->types->t_dyn;
	if (agg_assign(s, e, g)) {
		e->type = s->types->t_void;
		return;
	}
	/* a name in error still counts as defined, so that its uses are not reported too */
	if (!g->func && e->b->kind == E_CALL && e->b->func && e->b->func->kind == DT_FN_AGG)
		g->func = e->b->func;
	dt_poison(s, e);
}
