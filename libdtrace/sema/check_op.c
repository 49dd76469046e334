/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Operators: C's rules for integers and pointers, D's for strings. Every operator says what its
 * operands must be, converts them to one type, and folds constants.
 */
#include "sema/check.h"

/* A translated object is no value: only its members are. */
static bool no_dyn(struct dt_sema *s, struct dt_expr *e, const struct dt_expr *x)
{
	if (dt_type_kind(x->type) != TY_DYN)
		return true;
	dt_error(s->diags, x->span, D_OP_DYN,
		 "an object of type %s is no operand of %s: name a member of it", dt_tstr(s, x),
		 e->op                 ? dt_op_name(e->op)
		 : e->kind == E_ASSIGN ? "="
				       : "?:");
	dt_poison(s, e);
	return false;
}

static bool operands(struct dt_sema *s, struct dt_expr *e, enum dt_cx cx)
{
	dt_check_expr(s, &e->a, cx);
	if (e->b)
		dt_check_expr(s, &e->b, cx);
	if (dt_bad(e->a) || (e->b && dt_bad(e->b))) {
		dt_poison(s, e);
		return false;
	}
	return e->kind == E_COMMA || (no_dyn(s, e, e->a) && (!e->b || no_dyn(s, e, e->b)));
}

static void incompat(struct dt_sema *s, struct dt_expr *e, const struct dt_expr *a,
		     const struct dt_expr *b)
{
	dt_error(s->diags, e->span, D_OP_INCOMPAT,
		 "operands of %s have incompatible types: %s and %s",
		 e->kind == E_COND ? "?:"
		 : e->op           ? dt_op_name(e->op)
				   : "=",
		 dt_tstr(s, a), dt_tstr(s, b));
	dt_poison(s, e);
}

/* True if *pe has the class of type that the operator wants; reports otherwise. */
static bool want(struct dt_sema *s, struct dt_expr *e, const struct dt_expr *x, enum dt_tag tag)
{
	bool ok = tag == D_OP_SCALAR ? dt_type_is_scalar(x->type) : dt_type_is_int(x->type);

	if (ok)
		return true;
	dt_error(s->diags, e->span, tag, "operand of %s must be %s, not %s",
		 e->kind == E_COND ? "?:" : dt_op_name(e->op),
		 tag == D_OP_SCALAR  ? "scalar"
		 : tag == D_OP_ARITH ? "arithmetic"
				     : "an integer",
		 dt_tstr(s, x));
	dt_poison(s, e);
	return false;
}

/* The promoted type of a value: a bit-field narrower than int becomes int. */
static const struct dt_type *promoted(struct dt_sema *s, const struct dt_expr *e)
{
	if (dt_is_bitfield(e) && e->member.bit_width < 32)
		return s->types->t_int;
	return dt_conv_promote(s->types, e->type);
}

/* Both integers to their common type, which is returned. */
static const struct dt_type *unify(struct dt_sema *s, struct dt_expr *e)
{
	const struct dt_type *t = dt_conv_arith(s->types, promoted(s, e->a), promoted(s, e->b));

	dt_sema_convert(s, &e->a, t);
	dt_sema_convert(s, &e->b, t);
	return t;
}

static void fold(struct dt_sema *s, struct dt_expr *e, const struct dt_type *operand)
{
	int64_t v;

	if ((e->op == OP_DIV || e->op == OP_MOD) && dt_is_zero(e->b)) {
		dt_error(s->diags, e->span, D_DIV_ZERO, "division by zero");
		dt_poison(s, e);
		return;
	}
	if (e->a->is_const && e->b->is_const &&
	    dt_fold_binary(e->op, operand, e->a->ival, e->b->ival, &v))
		dt_fold_set(e, e->type, v);
}

/* ------------------------------------------------------------------ unary */

static void check_unary(struct dt_sema *s, struct dt_expr **pe)
{
	struct dt_expr *e = *pe;
	const struct dt_type *t;

	if (e->op >= OP_PREINC) {
		dt_check_incdec(s, pe);
		return;
	}
	if (!operands(s, e, CX_VALUE))
		return;
	if (e->op == OP_LNOT) {
		if (dt_type_kind(e->a->type) == TY_ARRAY && !dt_check_decay(s, &e->a)) {
			dt_poison(s, e);
			return;
		}
		if (dt_type_is_string(e->a->type)) { /* !string is string == NULL */
			struct dt_expr *null = DT_NEW(s->arena, struct dt_expr);

			null->span = e->span;
			dt_fold_set(null, s->types->t_string, 0);
			e->kind = E_BINARY;
			e->op = OP_EQ;
			e->b = null;
			e->type = s->types->t_int;
			return;
		}
		if (!want(s, e, e->a, D_OP_SCALAR))
			return;
		if (dt_type_kind(e->a->type) == TY_FLOAT) {
			want(s, e, e->a, D_OP_ARITH);
			return;
		}
		e->type = s->types->t_int;
		if (e->a->is_const)
			dt_fold_set(e, e->type, !e->a->ival);
		return;
	}
	if (!want(s, e, e->a, e->op == OP_BNOT ? D_OP_INT : D_OP_ARITH))
		return;
	t = promoted(s, e->a);
	dt_sema_convert(s, &e->a, t);
	e->type = t;
	if (e->a->is_const)
		dt_fold_set(e, t, dt_fold_unary(e->op, t, e->a->ival));
	else if (e->op == OP_PLUS)
		*pe = e->a;
}

/* ------------------------------------------------------------------ + and - with pointers */

/* What a pointer steps by must have a size. */
static bool step_known(struct dt_sema *s, struct dt_expr *e, const struct dt_expr *p)
{
	const struct dt_type *to = dt_type_fill(s->types, dt_type_base(p->type)->to);

	if (to->kind == TY_VOID || to->kind == TY_FUNC) {
		dt_error(s->diags, e->span, D_OP_VFPTR,
			 "%s needs the size of what the pointer points to, and %s has none",
			 dt_op_name(e->op), dt_type_str(s->arena, to));
		dt_poison(s, e);
		return false;
	}
	if (!to->complete) {
		dt_error(s->diags, e->span, D_OP_INCOMPLETE, "%s is an incomplete type",
			 dt_type_str(s->arena, to));
		dt_poison(s, e);
		return false;
	}
	return true;
}

static bool is_pointerish(const struct dt_expr *e)
{
	enum dt_type_kind k = dt_type_kind(e->type);

	return k == TY_PTR || k == TY_ARRAY || k == TY_FUNC;
}

/* Scratch pointers are offsets in the slot: they have nothing to do with addresses. */
static bool mixes_scratch(const struct dt_expr *a, const struct dt_expr *b)
{
	return !dt_is_zero(a) && !dt_is_zero(b) &&
	       (a->space == SP_SCRATCH) != (b->space == SP_SCRATCH);
}

static bool no_mix(struct dt_sema *s, struct dt_expr *e, const struct dt_expr *a,
		   const struct dt_expr *b)
{
	if (!mixes_scratch(a, b))
		return true;
	dt_error(s->diags, e->span, D_OP_INCOMPAT,
		 "a pointer to scratch memory (alloca, copyin) and another pointer may not be "
		 "mixed in %s",
		 e->kind == E_COND ? "?:" : dt_op_name(e->op));
	dt_poison(s, e);
	return false;
}

static void check_pointer_sum(struct dt_sema *s, struct dt_expr *e)
{
	bool pa, pb;

	if (!dt_check_decay(s, &e->a) || !dt_check_decay(s, &e->b)) {
		dt_poison(s, e);
		return;
	}
	pa = dt_type_is_ptr(e->a->type);
	pb = dt_type_is_ptr(e->b->type);
	if (pa && pb && e->op == OP_SUB && dt_check_ptr_compat(e->a->type, e->b->type)) {
		if (!step_known(s, e, e->a) || !step_known(s, e, e->b) || !no_mix(s, e, e->a, e->b))
			return;
		e->type = s->types->t_long;
	} else if (pa && dt_type_is_int(e->b->type)) {
		if (!step_known(s, e, e->a))
			return;
		e->type = e->a->type;
		e->space = e->a->space;
	} else if (pb && dt_type_is_int(e->a->type) && e->op == OP_ADD) {
		struct dt_expr *t = e->a; /* the pointer is always on the left */

		if (!step_known(s, e, e->b))
			return;
		e->a = e->b;
		e->b = t;
		e->type = e->a->type;
		e->space = e->a->space;
	} else {
		incompat(s, e, e->a, e->b);
		return;
	}
}

/* ------------------------------------------------------------------ comparison */

/* Brings two pointer-like operands, or one and a zero, to one type. False if they can't be
 * compared. */
static bool unify_pointers(struct dt_sema *s, struct dt_expr **a, struct dt_expr **b)
{
	if (!dt_check_decay(s, a) || !dt_check_decay(s, b))
		return false;
	if (!dt_type_is_ptr((*a)->type) && dt_is_zero(*a))
		dt_fold_set(*a, (*b)->type, 0);
	if (!dt_type_is_ptr((*b)->type) && dt_is_zero(*b))
		dt_fold_set(*b, (*a)->type, 0);
	if (!dt_type_is_ptr((*a)->type) || !dt_type_is_ptr((*b)->type) ||
	    !dt_check_ptr_compat((*a)->type, (*b)->type))
		return false;
	if (!dt_type_same((*a)->type, (*b)->type)) {
		if (dt_type_kind(dt_type_base((*b)->type)->to) == TY_VOID)
			*b = dt_wrap(s, E_CAST, *b, (*a)->type);
		else
			*a = dt_wrap(s, E_CAST, *a, (*b)->type);
	}
	return true;
}

/* Two operands of which at least one is a string: the other becomes one. */
static bool unify_strings(struct dt_sema *s, struct dt_expr **a, struct dt_expr **b)
{
	return dt_check_coerce(s, a, s->types->t_string) &&
	       dt_check_coerce(s, b, s->types->t_string);
}

static void check_compare(struct dt_sema *s, struct dt_expr *e)
{
	const struct dt_type *t = NULL;

	/* EXP-03: the side that may be an enumerator's name waits for the other's type */
	if (e->a->kind == E_IDENT &&
	    (e->b->kind != E_IDENT || dt_scope_find(s, DT_VAR_GLOBAL, e->b->name))) {
		dt_check_expr(s, &e->b, CX_VALUE);
		if (!dt_bad(e->b))
			dt_check_enum_name(s, e->a, e->b->type);
	} else {
		dt_check_expr(s, &e->a, CX_VALUE);
		if (!dt_bad(e->a))
			dt_check_enum_name(s, e->b, e->a->type);
	}
	if (!operands(s, e, CX_VALUE))
		return;
	if (dt_type_is_string(e->a->type) || dt_type_is_string(e->b->type)) {
		if (!unify_strings(s, &e->a, &e->b)) {
			incompat(s, e, e->a, e->b);
			return;
		}
		e->type = s->types->t_int;
		return;
	}
	if (dt_type_is_int(e->a->type) && dt_type_is_int(e->b->type)) {
		t = unify(s, e);
	} else if (is_pointerish(e->a) || is_pointerish(e->b)) {
		if (!unify_pointers(s, &e->a, &e->b)) {
			incompat(s, e, e->a, e->b);
			return;
		}
		if (!no_mix(s, e, e->a, e->b))
			return;
		t = s->types->t_ulong;
	} else {
		incompat(s, e, e->a, e->b);
		return;
	}
	e->type = s->types->t_int;
	fold(s, e, t);
}

/* ------------------------------------------------------------------ binary */

static void check_binary(struct dt_sema *s, struct dt_expr *e)
{
	const struct dt_type *t;
	enum dt_tag tag = D_OP_INT;

	if (e->op >= OP_EQ && e->op <= OP_GE) {
		check_compare(s, e);
		return;
	}
	if (!operands(s, e, CX_VALUE))
		return;
	switch (e->op) {
	case OP_ADD:
	case OP_SUB:
		if (is_pointerish(e->a) || is_pointerish(e->b)) {
			check_pointer_sum(s, e);
			return;
		}
		if (dt_type_kind(e->a->type) == TY_FLOAT || dt_type_kind(e->b->type) == TY_FLOAT) {
			tag = D_OP_ARITH;
			break;
		}
		if (!dt_type_is_int(e->a->type) || !dt_type_is_int(e->b->type)) {
			incompat(s, e, e->a, e->b);
			return;
		}
		break;
	case OP_MUL:
	case OP_DIV: tag = D_OP_ARITH; break;
	default: break;
	}
	if (!want(s, e, e->a, tag) || !want(s, e, e->b, tag))
		return;
	if (e->op == OP_SHL || e->op == OP_SHR) {
		t = promoted(s, e->a);
		dt_sema_convert(s, &e->a, t);
		dt_sema_convert(s, &e->b, promoted(s, e->b));
	} else {
		t = unify(s, e);
	}
	e->type = t;
	fold(s, e, t);
}

static void check_logic(struct dt_sema *s, struct dt_expr *e)
{
	if (!operands(s, e, CX_VALUE))
		return;
	if (!dt_check_decay(s, &e->a) || !dt_check_decay(s, &e->b)) {
		dt_poison(s, e);
		return;
	}
	if (!want(s, e, e->a, D_OP_SCALAR) || !want(s, e, e->b, D_OP_SCALAR))
		return;
	if (dt_type_kind(e->a->type) == TY_FLOAT || dt_type_kind(e->b->type) == TY_FLOAT) {
		incompat(s, e, e->a, e->b);
		return;
	}
	e->type = s->types->t_int;
	if (e->a->is_const && e->b->is_const)
		fold(s, e, s->types->t_long);
	else if (e->a->is_const && e->op == OP_LAND && !e->a->ival)
		dt_fold_set(e, e->type, 0);
	else if (e->a->is_const && e->op == OP_LOR && e->a->ival)
		dt_fold_set(e, e->type, 1);
}

/* ------------------------------------------------------------------ ?: */

/* The arms' common type, or NULL. */
static const struct dt_type *unify_arms(struct dt_sema *s, struct dt_expr *e)
{
	const struct dt_type *t;

	if (dt_type_is_string(e->b->type) || dt_type_is_string(e->c->type))
		return unify_strings(s, &e->b, &e->c) ? s->types->t_string : NULL;
	if (dt_type_is_int(e->b->type) && dt_type_is_int(e->c->type)) {
		if (dt_type_same(e->b->type, e->c->type) && dt_type_kind(e->b->type) == TY_ENUM)
			return e->b->type;
		t = dt_conv_arith(s->types, promoted(s, e->b), promoted(s, e->c));
		dt_sema_convert(s, &e->b, t);
		dt_sema_convert(s, &e->c, t);
		return t;
	}
	if (is_pointerish(e->b) || is_pointerish(e->c)) {
		/* arrays of D have no address, but two equal ones can be copied */
		if (dt_type_same(e->b->type, e->c->type) && dt_type_kind(e->b->type) == TY_ARRAY &&
		    (e->b->space == SP_NONE || e->c->space == SP_NONE))
			return e->b->type;
		if (!unify_pointers(s, &e->b, &e->c))
			return NULL;
		return dt_is_zero(e->b) ? e->c->type : e->b->type;
	}
	if (dt_type_same(e->b->type, e->c->type) &&
	    (dt_type_kind(e->b->type) != TY_DYN || dt_type_base(e->b->type)->to))
		return e->b->type;
	return NULL;
}

static void check_cond(struct dt_sema *s, struct dt_expr **pe)
{
	struct dt_expr *e = *pe;
	bool test = dt_check_is_defined_test(e->a);

	dt_check_expr(s, &e->a, CX_VALUE);
	if (test && !dt_bad(e->a)) {
		*pe = e->a->ival ? e->b : e->c;
		dt_check_expr(s, pe, CX_ARM);
		return;
	}
	dt_check_expr(s, &e->b, CX_ARM);
	if (dt_bad(e->b)) /* two actions as arms are one mistake */
		dt_poison(s, e->c);
	else
		dt_check_expr(s, &e->c, CX_ARM);
	if (dt_bad(e->a) || dt_bad(e->b) || dt_bad(e->c)) {
		dt_poison(s, e);
		return;
	}
	if (!no_dyn(s, e, e->a))
		return;
	if (!dt_check_decay(s, &e->a)) {
		dt_poison(s, e);
		return;
	}
	if (!want(s, e, e->a, D_OP_SCALAR))
		return;
	e->type = unify_arms(s, e);
	if (!e->type) {
		incompat(s, e, e->b, e->c);
		return;
	}
	if (dt_type_is_ptr(e->type)) {
		if (!no_mix(s, e, e->b, e->c))
			return;
		e->space = dt_is_zero(e->b) ? e->c->space : e->b->space;
	} else if (dt_type_is_sou(e->type) || dt_type_kind(e->type) == TY_ARRAY) {
		if (e->b->space != e->c->space) {
			dt_error(s->diags, e->span, D_OP_INCOMPAT,
				 "the arms of ?: are %s in different kinds of memory",
				 dt_type_str(s->arena, e->type));
			dt_poison(s, e);
			return;
		}
		e->space = e->b->space;
	}
	if (e->a->is_const)
		*pe = e->a->ival ? e->b : e->c;
}

/* ------------------------------------------------------------------ assignment */

/* Is the (checked) left side something that can be stored to? Reports if not. */
static bool writable(struct dt_sema *s, struct dt_expr *e, const struct dt_expr *lhs)
{
	const struct dt_expr *x = lhs;

	while ((x->kind == E_MEMBER ||
		(x->kind == E_ELEM && dt_type_kind(x->a->type) == TY_ARRAY)) &&
	       !dt_bad(x))
		x = x->a;
	switch (x->kind) {
	case E_VAR:
	case E_ASSOC: return true;
	case E_BUILTIN:
		dt_error(s->diags, e->span, D_OP_WRITE, "built-in variable %s may not be assigned",
			 x->builtin == BV_ARGN ? dt_asprintf(s->arena, "arg%d", (int)x->ival)
					       : dt_builtin_name((enum dt_builtin)x->builtin));
		break;
	case E_DEREF:
	case E_ARROW:
	case E_ELEM:
		if (x->a->space == SP_SCRATCH)
			return true;
		/* fall through */
	default:
		dt_error(s->diags, e->span, D_OP_LVAL,
			 "left side of %s must be a variable or scratch memory: %s",
			 e->op >= OP_PREINC ? dt_op_name(e->op) : "an assignment",
			 x->kind == E_SYM || x->kind == E_DEREF || x->kind == E_ARROW ||
					 x->kind == E_ELEM
				 ? "traced memory is read-only"
				 : "this is neither");
	}
	dt_poison(s, e);
	return false;
}

/* Names that are known and are no variables: D_OP_WRITE before anything else is looked at. */
static bool names_constant(struct dt_sema *s, struct dt_expr *e, const struct dt_expr *lhs)
{
	int64_t v;

	if (lhs->kind != E_IDENT || lhs->module)
		return false;
	if (!dt_map_gets(s->inlines, lhs->name) &&
	    (dt_scope_find(s, DT_VAR_GLOBAL, lhs->name) || !dt_predefined(lhs->name, &v)))
		return false;
	dt_error(s->diags, e->span, D_OP_WRITE, "%s is a constant and may not be assigned",
		 lhs->name);
	dt_poison(s, e);
	return true;
}

/* A variable may hold scratch pointers or other pointers, not both: they are told apart at compile
 * time only. A zero says nothing. */
static bool track_space(struct dt_sema *s, struct dt_expr *e)
{
	struct dt_var *v = e->a->var;

	if (e->a->kind != E_VAR && e->a->kind != E_ASSOC) {
		/* what is in memory may have come from anywhere: it is never read as scratch */
		if (!dt_type_is_ptr(e->a->type) || e->b->space != SP_SCRATCH || dt_is_zero(e->b))
			return true;
		dt_error(s->diags, e->span, D_ALLOCA_INCOMPAT,
			 "a pointer to scratch memory (alloca, copyin) may only be kept in a "
			 "variable: in a struct, an array or memory it would point elsewhere");
		dt_poison(s, e);
		return false;
	}
	if (!dt_type_is_ptr(v->type) || dt_is_zero(e->b))
		return true;
	if (v->space == SP_NONE) {
		v->space = e->b->space ? e->b->space : SP_KERNEL;
	} else if ((v->space == SP_SCRATCH) != (e->b->space == SP_SCRATCH)) {
		dt_error(s->diags, e->span, D_ALLOCA_INCOMPAT,
			 "%s holds pointers %s scratch memory (alloca, copyin), and may not hold "
			 "others",
			 dt_scope_name(s, v), v->space == SP_SCRATCH ? "to" : "outside");
		dt_poison(s, e);
		return false;
	}
	e->a->space = v->space;
	return true;
}

/* x op= y where C computes in a wider type than x's: x = x op y. Only for plain variables, which
 * can be read twice. */
static bool widen_op(struct dt_sema *s, struct dt_expr *e)
{
	const struct dt_type *t;
	struct dt_expr *bin, *a;

	if (e->a->kind != E_VAR || (e->op != OP_DIV && e->op != OP_MOD))
		return false;
	t = dt_conv_arith(s->types, e->a->type, e->b->type);
	if (dt_type_same(t, e->a->type))
		return false;
	a = DT_NEW(s->arena, struct dt_expr);
	*a = *e->a;
	bin = DT_NEW(s->arena, struct dt_expr);
	bin->kind = E_BINARY;
	bin->op = e->op;
	bin->span = e->span;
	bin->implicit = true;
	bin->a = a;
	bin->b = e->b;
	bin->type = unify(s, bin);
	e->b = bin;
	e->op = OP_NONE;
	dt_sema_convert(s, &e->b, e->a->type);
	return true;
}

/* a op= b, both checked. */
static void check_op_assign(struct dt_sema *s, struct dt_expr *e)
{
	bool sum = e->op == OP_ADD || e->op == OP_SUB;

	if (sum && dt_type_is_ptr(e->a->type) && dt_type_is_int(e->b->type)) {
		step_known(s, e, e->a);
		return;
	}
	if (sum && (!dt_type_is_int(e->a->type) || !dt_type_is_int(e->b->type))) {
		incompat(s, e, e->a, e->b);
		return;
	}
	if (!want(s, e, e->a, e->op == OP_MUL || e->op == OP_DIV ? D_OP_ARITH : D_OP_INT) ||
	    !want(s, e, e->b, e->op == OP_MUL || e->op == OP_DIV ? D_OP_ARITH : D_OP_INT))
		return;
	if ((e->op == OP_DIV || e->op == OP_MOD) && dt_is_zero(e->b)) {
		dt_error(s->diags, e->span, D_DIV_ZERO, "division by zero");
		dt_poison(s, e);
		return;
	}
	if (e->op == OP_SHL || e->op == OP_SHR)
		dt_sema_convert(s, &e->b, promoted(s, e->b));
	else if (!widen_op(s, e))
		dt_sema_convert(s, &e->b, e->a->type);
}

void dt_check_assign(struct dt_sema *s, struct dt_expr **pe, enum dt_cx cx)
{
	struct dt_expr *e = *pe;

	if (e->a->kind == E_AGG) {
		if (cx == CX_STMT) {
			dt_check_agg_assign(s, e);
		} else {
			dt_error(s->diags, e->span, D_CG_EXPR,
				 "an aggregation may only be updated by a statement of its own");
			dt_poison(s, e);
		}
		return;
	}
	if (names_constant(s, e, e->a))
		return;
	dt_check_expr(s, &e->b, CX_VALUE);
	if (!dt_bad(e->b) && !no_dyn(s, e, e->b))
		return;
	dt_check_create(s, e->a, e->b, e->b->type);
	dt_check_expr(s, &e->a, CX_VALUE);
	if (dt_bad(e->a) || dt_bad(e->b)) {
		dt_poison(s, e);
		return;
	}
	if (!writable(s, e, e->a))
		return;
	e->type = e->a->type;
	if (e->op) {
		check_op_assign(s, e);
	} else if (!dt_check_coerce(s, &e->b, e->a->type)) {
		incompat(s, e, e->a, e->b);
	} else if (track_space(s, e)) {
		e->space = e->a->space;
	}
}

void dt_check_incdec(struct dt_sema *s, struct dt_expr **pe)
{
	struct dt_expr *e = *pe;

	if (names_constant(s, e, e->a))
		return;
	dt_check_create(s, e->a, NULL, s->types->t_int64);
	if (!operands(s, e, CX_VALUE) || !writable(s, e, e->a) || !want(s, e, e->a, D_OP_SCALAR))
		return;
	if (dt_type_kind(e->a->type) == TY_FLOAT) {
		want(s, e, e->a, D_OP_ARITH);
		return;
	}
	if (dt_type_is_ptr(e->a->type) && !step_known(s, e, e->a))
		return;
	e->type = e->a->type;
	e->space = e->a->space;
}

void dt_check_operator(struct dt_sema *s, struct dt_expr **pe)
{
	struct dt_expr *e = *pe;

	switch (e->kind) {
	case E_UNARY: check_unary(s, pe); break;
	case E_BINARY: check_binary(s, e); break;
	case E_LOGIC: check_logic(s, e); break;
	case E_COND: check_cond(s, pe); break;
	default: /* E_COMMA */
		if (operands(s, e, CX_VALUE)) {
			e->type = e->b->type;
			e->space = e->b->space;
		}
	}
}
