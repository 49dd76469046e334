/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Expressions: one switch over what the parser made, literals, conversions, and what a value can
 * be turned into. Operators are in check_op.c, names in check_name.c, calls in check_call.c.
 */
#include "sema/check.h"

struct dt_expr *dt_check_node(struct dt_sema *s, enum dt_expr_kind kind, struct dt_span at,
			      const struct dt_type *t)
{
	struct dt_expr *e = DT_NEW(s->arena, struct dt_expr);

	e->kind = kind;
	e->span = at;
	e->type = t;
	e->implicit = true;
	return e;
}

struct dt_expr *dt_wrap(struct dt_sema *s, enum dt_expr_kind kind, struct dt_expr *e,
			const struct dt_type *t)
{
	struct dt_expr *w = dt_check_node(s, kind, e->span, t);

	w->a = e;
	w->space = dt_type_is_ptr(t) ? e->space : SP_NONE;
	return w;
}

/* ------------------------------------------------------------------ literals */

/* LEX-09: the first type that can hold the value. */
static const struct dt_type *literal_type(struct dt_types *ts, const struct dt_expr *e)
{
	uint64_t v = (uint64_t)e->ival;
	bool unsig = e->lit.is_unsigned, other = !e->lit.is_decimal && !unsig;

	if (e->lit.is_char)
		return ts->t_int;
	if (!e->lit.is_long && !e->lit.is_llong) {
		if (!unsig && v <= INT32_MAX)
			return ts->t_int;
		if ((unsig || other) && v <= UINT32_MAX)
			return ts->t_uint;
	}
	if (!unsig && v <= INT64_MAX)
		return e->lit.is_llong ? ts->t_llong : ts->t_long;
	return e->lit.is_llong ? ts->t_ullong : ts->t_ulong;
}

/* ------------------------------------------------------------------ conversions */

void dt_sema_convert(struct dt_sema *s, struct dt_expr **pe, const struct dt_type *t)
{
	struct dt_expr *e = *pe;

	if (dt_bad(e) || t->kind == TY_ERROR)
		return;
	if (e->is_const) {
		dt_fold_set(e, t, dt_conv_value(t, e->ival));
		return;
	}
	if (!dt_is_bitfield(e) && dt_type_same(e->type, t)) {
		return;
	}
	*pe = dt_wrap(s, E_CAST, e, t);
}

bool dt_sema_want_string(struct dt_sema *s, struct dt_expr **pe)
{
	struct dt_expr *e = *pe;

	if (dt_bad(e) || dt_type_is_string(e->type))
		return true;
	if (e->is_const || !dt_type_is_char_ptr(e->type))
		return false;
	*pe = dt_wrap(s, E_STRINGOF, e, s->types->t_string);
	return true;
}

bool dt_check_decay(struct dt_sema *s, struct dt_expr **pe)
{
	struct dt_expr *e = *pe;
	const struct dt_type *t = dt_type_base(e->type);

	if (t->kind == TY_FUNC) {
		*pe = dt_wrap(s, E_CAST, e, dt_type_ptr(s->types, t));
		(*pe)->space = SP_KERNEL;
	} else if (t->kind == TY_ARRAY) {
		if (e->space == SP_NONE) {
			dt_error(s->diags, e->span, D_OP_ARRFUN,
				 "an array variable of D may only be subscripted or assigned as a "
				 "whole");
			return false;
		}
		*pe = dt_wrap(s, E_CAST, e, dt_type_ptr(s->types, t->to));
	}
	return true;
}

bool dt_check_ptr_compat(const struct dt_type *a, const struct dt_type *b)
{
	a = dt_type_base(dt_type_base(a)->to);
	b = dt_type_base(dt_type_base(b)->to);
	if (a->kind == TY_VOID || b->kind == TY_VOID || dt_type_same(a, b))
		return true;
	if (a->kind == TY_INT && b->kind == TY_INT)
		return a->size == b->size;
	/* a forward struct and the struct, each known from another place */
	return a->kind == b->kind && dt_type_is_sou(a) && a->name && b->name &&
	       !strcmp(a->name, b->name);
}

bool dt_check_coerce(struct dt_sema *s, struct dt_expr **pe, const struct dt_type *t)
{
	const struct dt_type *to = dt_type_base(t), *from = dt_type_base((*pe)->type);

	if (from->kind == TY_ERROR || to->kind == TY_ERROR)
		return true;
	if (dt_is_zero(*pe) && to->kind != TY_VOID && to->kind != TY_DYN) {
		dt_fold_set(*pe, t, 0); /* the zero of any type */
		return true;
	}
	if (dt_type_is_int(to)) {
		if (!dt_type_is_int(from))
			return false;
		dt_sema_convert(s, pe, t);
		return true;
	}
	if (to->kind == TY_STRING)
		return dt_sema_want_string(s, pe);
	if (to->kind == TY_PTR) {
		if (from->kind == TY_ARRAY || from->kind == TY_FUNC) {
			if ((*pe)->space == SP_NONE || !dt_check_decay(s, pe))
				return false;
			from = dt_type_base((*pe)->type);
		}
		if (from->kind != TY_PTR || !dt_check_ptr_compat(to, from))
			return false;
		if (!dt_type_same(from, to)) {
			enum dt_space sp = (*pe)->space;

			*pe = dt_wrap(s, E_CAST, *pe, t);
			(*pe)->space = sp;
		}
		return true;
	}
	return dt_type_same(to, from) && to->kind != TY_VOID && to->kind != TY_DYN;
}

bool dt_check_const(struct dt_sema *s, struct dt_expr **pe, enum dt_tag tag, const char *what,
		    int64_t *value)
{
	dt_check_expr(s, pe, CX_VALUE);
	if (dt_bad(*pe))
		return false;
	if (!(*pe)->is_const || !dt_type_is_int((*pe)->type)) {
		dt_error(s->diags, (*pe)->span, tag, "%s must be an integer constant", what);
		return false;
	}
	*value = (*pe)->ival;
	return true;
}

/* ------------------------------------------------------------------ casts, sizeof, stringof */

static void cast_invalid(struct dt_sema *s, struct dt_expr *e, const struct dt_type *to)
{
	dt_error(s->diags, e->span, D_CAST_INVAL, "a value of type %s may not be cast to %s",
		 dt_tstr(s, e->a), dt_type_str(s->arena, to));
	dt_poison(s, e);
}

void dt_check_cast(struct dt_sema *s, struct dt_expr **pe)
{
	struct dt_expr *e = *pe;
	const struct dt_type *t = dt_sema_decl_type(s, e->decl), *to, *from;

	dt_check_expr(s, &e->a, CX_VALUE);
	if (!t || t->kind == TY_ERROR || dt_bad(e->a)) {
		dt_poison(s, e);
		return;
	}
	to = dt_type_base(t);
	if (to->kind == TY_STRING) {
		if (!dt_sema_want_string(s, &e->a))
			cast_invalid(s, e, t);
		else
			*pe = e->a;
		return;
	}
	if (to->kind == TY_VOID) {
		e->type = t;
		return;
	}
	from = dt_type_base(e->a->type);
	if ((from->kind == TY_ARRAY || from->kind == TY_FUNC) && dt_type_is_scalar(to)) {
		if (!dt_check_decay(s, &e->a)) {
			dt_poison(s, e);
			return;
		}
		from = dt_type_base(e->a->type);
	}
	if ((!dt_type_is_int(to) && to->kind != TY_PTR) ||
	    (!dt_type_is_int(from) && from->kind != TY_PTR)) {
		cast_invalid(s, e, t);
		return;
	}
	if (e->a->is_const) {
		dt_fold_set(e, t, dt_conv_value(t, e->a->ival));
		if (to->kind == TY_PTR)
			e->space = dt_check_space(t, SP_NONE);
		return;
	}
	e->type = t;
	if (to->kind == TY_PTR)
		e->space = to->userland ? SP_USER : from->kind == TY_PTR ? e->a->space : SP_KERNEL;
}

static void check_sizeof(struct dt_sema *s, struct dt_expr *e)
{
	const struct dt_type *t, *b;

	if (e->decl) {
		t = dt_sema_decl_type(s, e->decl);
	} else {
		dt_check_expr(s, &e->a, CX_VALUE);
		t = e->a->type;
		if (!dt_bad(e->a) && dt_is_bitfield(e->a)) {
			dt_error(s->diags, e->span, D_SIZEOF_BITFIELD,
				 "sizeof may not be applied to a bit-field");
			dt_poison(s, e);
			return;
		}
	}
	if (!t || t->kind == TY_ERROR) {
		dt_poison(s, e);
		return;
	}
	b = dt_type_fill(s->types, t);
	if (b->kind == TY_VOID || b->kind == TY_FUNC || b->kind == TY_DYN || !b->complete ||
	    (b->kind == TY_ARRAY && !b->count)) {
		dt_error(s->diags, e->span, D_SIZEOF_TYPE, "the size of type %s is not known",
			 dt_type_str(s->arena, t));
		dt_poison(s, e);
		return;
	}
	dt_fold_set(e, s->types->t_size, (int64_t)b->size);
}

static void check_offsetof(struct dt_sema *s, struct dt_expr *e)
{
	const struct dt_type *t = dt_sema_decl_type(s, e->decl), *b;
	struct dt_member m;

	if (!t || t->kind == TY_ERROR) {
		dt_poison(s, e);
		return;
	}
	b = dt_type_fill(s->types, t);
	if (!dt_type_is_sou(b) || !b->complete) {
		dt_error(s->diags, e->span, D_OFFSETOF_TYPE,
			 "offsetof needs a complete struct or union, not %s",
			 dt_type_str(s->arena, t));
	} else if (!dt_type_member(s->types, b, e->name, &m)) {
		dt_error(s->diags, e->span, D_TYPE_MEMBER, "%s is not a member of %s", e->name,
			 dt_type_str(s->arena, t));
	} else if (m.bit_width) {
		dt_error(s->diags, e->span, D_OFFSETOF_BITFIELD,
			 "%s is a bit-field: it has no offset in bytes", e->name);
	} else {
		dt_fold_set(e, s->types->t_size, m.bit_off / 8);
		return;
	}
	dt_poison(s, e);
}

static void check_stringof(struct dt_sema *s, struct dt_expr **pe)
{
	struct dt_expr *e = *pe;
	const struct dt_type *t;

	dt_check_expr(s, &e->a, CX_VALUE);
	if (dt_bad(e->a)) {
		dt_poison(s, e);
		return;
	}
	t = dt_type_base(e->a->type);
	if (t->kind == TY_STRING) {
		*pe = e->a;
		return;
	}
	/* an integer is a kernel address; void * is what copyin() gives */
	if (dt_type_is_int(t)) {
		bool is_const = e->a->is_const;
		int64_t v = e->a->ival;

		e->a = dt_wrap(s, E_CAST, e->a, s->types->t_char_ptr);
		if (is_const)
			dt_fold_set(e->a, s->types->t_char_ptr, v);
		e->a->space = SP_KERNEL;
	} else if (t->kind == TY_PTR && dt_type_kind(t->to) == TY_VOID) {
		e->a = dt_wrap(s, E_CAST, e->a, s->types->t_char_ptr);
	} else if (!dt_type_is_char_ptr(t)) {
		dt_error(s->diags, e->span, D_STRINGOF_TYPE,
			 "stringof may not be applied to a value of type %s", dt_tstr(s, e->a));
		dt_poison(s, e);
		return;
	}
	e->type = s->types->t_string;
}

/* ------------------------------------------------------------------ strings */

uint32_t dt_sema_strwidth(struct dt_sema *s, const struct dt_expr *e)
{
	uint64_t w = s->strsize;

	switch (e->kind) {
	case E_STRING: w = (uint64_t)e->len + 1; break;
	case E_INT: w = 1; break; /* NULL */
	case E_COND: {
		uint32_t x = dt_sema_strwidth(s, e->b), y = dt_sema_strwidth(s, e->c);

		w = x > y ? x : y;
		break;
	}
	case E_COMMA: w = dt_sema_strwidth(s, e->b); break;
	case E_LET: /* a member's width is the most */
		w = dt_sema_strwidth(s, e->b);
		if (dt_type_is_string(e->type) && dt_type_base(e->type)->size < w)
			w = dt_type_base(e->type)->size;
		break;
	case E_CAST:
		if (dt_type_is_string(e->a->type))
			w = dt_sema_strwidth(s, e->a);
		break;
	case E_STRINGOF:
		if (dt_type_kind(e->a->type) == TY_ARRAY && dt_type_base(e->a->type)->count)
			w = (uint64_t)dt_type_base(e->a->type)->count + 1;
		if (dt_type_base(e->type)->size < w)
			w = dt_type_base(e->type)->size;
		break;
	case E_BUILTIN:
		switch ((enum dt_builtin)e->builtin) {
		case BV_EXECNAME: w = 16; break;
		case BV_PROBEPROV:
		case BV_PROBEMOD:
		case BV_PROBENAME: w = 64; break;
		case BV_PROBEFUNC: w = 128; break;
		default: break;
		}
		break;
	default:
		if (dt_type_is_string(e->type))
			w = dt_type_base(e->type)->size;
	}
	return w < s->strsize ? (uint32_t)w : s->strsize;
}

bool dt_sema_str_static(const struct dt_expr *e)
{
	switch (e->kind) {
	case E_STRING: return true;
	case E_INT: return true; /* NULL: id 0 */
	case E_LET: return dt_sema_str_static(e->b);
	case E_BUILTIN:
		return e->builtin == BV_PROBEPROV || e->builtin == BV_PROBEMOD ||
		       e->builtin == BV_PROBEFUNC || e->builtin == BV_PROBENAME;
	default: return false;
	}
}

/* ------------------------------------------------------------------ the switch */

static void check_agg(struct dt_sema *s, struct dt_expr *e, enum dt_cx cx)
{
	if (cx != CX_ARG) {
		dt_error(s->diags, e->span, D_OP_DYN,
			 "an aggregation has no value to compute with");
		dt_poison(s, e);
		return;
	}
	/* the function it is an argument of says which tag an undefined one gets */
	e->agg = dt_map_gets(s->aggnames, e->name && *e->name ? e->name : "_");
	for (uint32_t i = 0; i < e->list.n; i++)
		dt_check_expr(s, &e->list.v[i], CX_ARG);
	e->type = s->types->t_dyn;
}

static void check_kind(struct dt_sema *s, struct dt_expr **pe, enum dt_cx cx)
{
	struct dt_expr *e = *pe;

	switch (e->kind) {
	case E_ERROR: dt_poison(s, e); break;
	case E_INT: {
		const struct dt_type *t = literal_type(s->types, e);

		dt_fold_set(e, t, dt_conv_value(t, e->ival));
		break;
	}
	case E_STRING: e->type = s->types->t_string; break;
	case E_IDENT: dt_check_ident(s, pe); break;
	case E_SELF:
	case E_THIS: dt_check_scoped(s, e); break;
	case E_INDEX: dt_check_index(s, pe); break;
	case E_MEMBER:
	case E_ARROW: dt_check_member(s, pe); break;
	case E_DEREF: dt_check_deref(s, pe); break;
	case E_ADDR: dt_check_addr(s, e); break;
	case E_UNARY:
	case E_BINARY:
	case E_LOGIC:
	case E_COND:
	case E_COMMA: dt_check_operator(s, pe); break;
	case E_ASSIGN: dt_check_assign(s, pe, cx); break;
	case E_CAST: dt_check_cast(s, pe); break;
	case E_CALL: dt_check_call(s, pe, cx); break;
	case E_AGG: check_agg(s, e, cx); break;
	case E_SIZEOF: check_sizeof(s, e); break;
	case E_OFFSETOF: check_offsetof(s, e); break;
	case E_STRINGOF: check_stringof(s, pe); break;
	case E_XLATE: dt_check_xlate(s, e); break;
	default:
		dt_error(s->diags, e->span, D_UNKNOWN, "this expression is not implemented");
		dt_poison(s, e);
		break;
	}
}

void dt_check_expr(struct dt_sema *s, struct dt_expr **pe, enum dt_cx cx)
{
	if ((*pe)->type) /* checked before: an operand that was looked at early */
		return;
	if (++s->depth > DT_EXPR_DEPTH) {
		dt_error(s->diags, (*pe)->span, D_SYNTAX, "expression is too deeply nested");
		dt_poison(s, *pe);
	} else {
		check_kind(s, pe, cx);
	}
	s->depth--;
	if (!(*pe)->type)
		dt_poison(s, *pe);
}
