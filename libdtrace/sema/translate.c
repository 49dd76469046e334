/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Translators. A translated object exists in the tree only: xlate <T>(e) is an E_XLATE of a dynamic
 * type, and a member of it is replaced by the translator's expression for that member, as an inline
 * is by its body. So what is not named is not evaluated, nor even checked against the kernel's
 * types, and nobody after sema knows of translators, but for one node:
 *
 *	xlate <psinfo_t>(e).pr_pid	becomes		let #1 = e in #1->tgid
 *
 * E_LET evaluates e once, however often the member's expression names it. An e that costs nothing
 * and does nothing is copied instead. The node stays in both cases, since it bounds what is the
 * translator's own: stability.c does not look at a translator's insides.
 *
 * The translators of the system's libraries are checked when they are needed: each type of the
 * kernel costs a search (dt_sema.lazy). A program's own are tried out where they stand.
 */
#include "sema/check.h"

static bool is_dyn(const struct dt_expr *e)
{
	return dt_type_kind(e->type) == TY_DYN && dt_type_base(e->type)->to;
}

bool dt_check_is_translated(const struct dt_expr *e, const struct dt_type *t)
{
	return is_dyn(e) && dt_type_same(dt_type_base(e->type)->to, t);
}

/* ------------------------------------------------------------------ which translator */

/* The types of a translator; false if they are wrong (reported). */
static bool resolve(struct dt_sema *s, struct dt_xlator *x)
{
	const struct dt_type *out, *in;

	if (x->bad || x->in_type)
		return !x->bad;
	x->bad = true; /* until proven otherwise */
	out = dt_sema_decl_type(s, x->out);
	if (!out)
		return false;
	x->out_type = dt_type_fill(s->types, out);
	if (!dt_type_is_sou(x->out_type) || !x->out_type->complete) {
		dt_error(s->diags, x->out->span, D_XLATE_SOU,
			 "a translator must give a complete struct or union, not %s",
			 dt_type_str(s->arena, out));
		return false;
	}
	in = dt_sema_decl_type(s, x->in);
	if (!in)
		return false;
	if (dt_type_kind(in) == TY_VOID || dt_type_kind(in) == TY_ARRAY ||
	    dt_type_kind(in) == TY_FUNC || dt_type_kind(in) == TY_FLOAT) {
		dt_error(s->diags, x->in->span, D_XLATE_INCOMPAT,
			 "a translator may not take a value of type %s", dt_type_str(s->arena, in));
		return false;
	}
	x->in_type = in;
	x->bad = false;
	return true;
}

/* May a value of type t be handed to a translator of `in`, though they are not the same? */
static bool takes(const struct dt_type *in, const struct dt_type *t)
{
	const struct dt_type *a = dt_type_base(in), *b = dt_type_base(t);

	if (dt_type_is_int(a))
		return dt_type_is_int(b);
	if (a->kind == TY_STRING)
		return dt_type_is_char_ptr(b);
	if (a->kind != TY_PTR || b->kind != TY_PTR)
		return false;
	return dt_type_kind(b->to) != TY_VOID && dt_check_ptr_compat(a, b);
}

/* The translator from type `in` to struct `out`: the exact one, or else the first that can take it.
 */
static struct dt_xlator *find(struct dt_sema *s, const struct dt_type *out,
			      const struct dt_type *in)
{
	struct dt_xlator *near = NULL;

	for (uint32_t i = 0; i < s->xlators.n; i++) {
		struct dt_xlator *x = s->xlators.v[i];
		const struct dt_type *o = x->bad ? NULL : dt_sema_decl_type(s, x->out);

		if (!o || dt_type_fill(s->types, o) != dt_type_fill(s->types, out) ||
		    !resolve(s, x))
			continue;
		if (dt_type_same(x->in_type, in))
			return x;
		if (!near && takes(x->in_type, in))
			near = x;
	}
	return near;
}

/* ------------------------------------------------------------------ xlate <T>(e) */

bool dt_check_translate(struct dt_sema *s, struct dt_expr *e, const struct dt_type *as)
{
	const struct dt_type *b = dt_type_base(as);
	const struct dt_type *out = b->kind == TY_PTR ? b->to : as;
	struct dt_xlator *x;

	if (!dt_type_is_sou(out))
		return false;
	x = find(s, out, e->a->type);
	if (!x)
		return false;
	/* what is a struct stays as it is */
	if (!dt_type_is_sou(x->in_type) && !dt_check_coerce(s, &e->a, x->in_type))
		return false;
	e->kind = E_XLATE;
	e->xlator = x;
	e->type = dt_type_dyn(s->types, as);
	return true;
}

void dt_check_xlate(struct dt_sema *s, struct dt_expr *e)
{
	const struct dt_type *as = dt_sema_decl_type(s, e->decl), *out;

	dt_check_expr(s, &e->a, CX_VALUE);
	if (!as || dt_bad(e->a)) {
		dt_poison(s, e);
		return;
	}
	out = dt_type_fill(s->types, dt_type_kind(as) == TY_PTR ? dt_type_base(as)->to : as);
	if (!dt_type_is_sou(out) || !out->complete) {
		dt_error(s->diags, e->span, D_XLATE_SOU,
			 "xlate needs a complete struct or union, or a pointer to one, not %s",
			 dt_type_str(s->arena, as));
		dt_poison(s, e);
	} else if ((dt_type_kind(e->a->type) == TY_ARRAY && !dt_check_decay(s, &e->a)) ||
		   dt_bad(e->a)) {
		dt_poison(s, e);
	} else if (!dt_check_translate(s, e, as)) {
		dt_error(s->diags, e->span, D_XLATE_NONE, "no translator from %s to %s is defined",
			 dt_tstr(s, e->a), dt_type_str(s->arena, as));
		dt_poison(s, e);
	}
}

/* ------------------------------------------------------------------ what the input is bound to */

/* Evaluating it again costs no more than remembering it, and does nothing. */
static bool is_trivial(const struct dt_expr *e)
{
	if (e->is_const)
		return true;
	switch (e->kind) {
	case E_STRING:
	case E_BOUND: return true;
	case E_BUILTIN: return (e->builtin == BV_ARGN || e->builtin == BV_ARGS) && !e->list.n;
	case E_VAR: return e->var->kind != DT_VAR_SELF && !dt_type_is_sou(e->type);
	case E_CAST: return is_trivial(e->a);
	default: return false;
	}
}

static bool has_effect(const struct dt_expr *e)
{
	if (!e)
		return false;
	if (e->kind == E_ASSIGN || e->kind == E_CALL || (e->kind == E_UNARY && e->op >= OP_PREINC))
		return true;
	for (uint32_t i = 0; i < e->list.n; i++)
		if (has_effect(e->list.v[i]))
			return true;
	return has_effect(e->a) || has_effect(e->b) || has_effect(e->c);
}

/* What stands for the translator's parameter in a copy of a member's expression. */
struct bind {
	const struct dt_xlator *x;
	struct dt_expr *value; /* checked */
	struct dt_expr *bound; /* E_BOUND, or NULL: copy the value */
	bool deref;            /* value and bound are the object's address */
	bool used;
};

static struct dt_expr *parameter(struct dt_sema *s, const struct dt_expr *ident, void *ctx)
{
	struct bind *b = ctx;
	struct dt_expr *e;

	if (strcmp(ident->name, b->x->param))
		return NULL;
	b->used = true;
	e = dt_check_copy(s, b->bound ? b->bound : b->value, NULL, NULL);
	if (!e)
		return NULL;
	e->span = ident->span;
	if (dt_type_is_ptr(e->type) && e->space == SP_NONE) /* a constant's */
		e->space = dt_check_space(e->type, SP_NONE);
	if (b->deref) {
		struct dt_expr *d =
			dt_check_node(s, E_DEREF, ident->span, dt_type_base(e->type)->to);

		d->a = e;
		d->space = e->space;
		e = d;
	}
	return e;
}

static struct bind bind(struct dt_sema *s, const struct dt_xlator *x, struct dt_expr *value)
{
	struct bind b = {.x = x, .value = value};

	if (is_trivial(value))
		return b;
	if (dt_type_is_sou(value->type)) {
		struct dt_expr *addr;
		enum dt_space where = dt_check_location(value);

		if (where == SP_NONE) /* a variable of D: it has no address, and needs none */
			return b;
		addr = dt_check_node(s, E_ADDR, value->span, dt_type_ptr(s->types, value->type));
		addr->a = value;
		addr->space = where;
		b.value = addr;
		b.deref = true;
	}
	b.bound = dt_check_node(s, E_BOUND, value->span, b.value->type);
	b.bound->space = b.value->space;
	b.bound->ival = ++s->ck->bound;
	return b;
}

/* ------------------------------------------------------------------ members */

static const struct dt_xlator_member *member_of(const struct dt_xlator *x, const char *name)
{
	for (uint32_t i = 0; i < x->members.n; i++)
		if (!strcmp(x->members.v[i].name, name))
			return &x->members.v[i];
	return NULL;
}

/* To the bits that a bit-field has: shifted up and down again, as the type's sign wants. */
static void cut(struct dt_sema *s, struct dt_expr **pe, const struct dt_member *m)
{
	static const enum dt_op ops[] = {OP_SHL, OP_SHR};
	const struct dt_type *t = dt_type_base(m->type), *wide;

	wide = dt_type_is_signed(t) ? s->types->t_int64 : s->types->t_uint64;
	dt_sema_convert(s, pe, wide);
	for (int i = 0; i < 2; i++) {
		struct dt_expr *e = dt_check_node(s, E_BINARY, (*pe)->span, NULL);

		e->op = ops[i];
		e->a = *pe;
		e->b = dt_check_node(s, E_INT, (*pe)->span, NULL);
		dt_fold_set(e->b, s->types->t_int, 64 - m->bit_width);
		dt_check_expr(s, &e, CX_VALUE);
		*pe = e;
	}
	dt_sema_convert(s, pe, m->type);
}

/*
 * The value as the member's type, which *t becomes. A string does for an array of characters, and
 * is then no wider: keys and records need not have room for more.
 */
static bool fits(struct dt_sema *s, struct dt_expr **pe, const struct dt_member *m,
		 const struct dt_type **t)
{
	const struct dt_type *b = dt_type_base(*t);
	struct dt_expr *e = *pe;
	bool ok;

	if (dt_type_kind(e->type) == TY_DYN) {
		ok = dt_check_is_translated(e, *t);
		*t = e->type;
		return ok;
	}
	if (b->kind == TY_ARRAY && dt_type_is_char_ptr(b) && dt_type_is_string(e->type)) {
		*t = b->count < s->strsize ? dt_type_string_n(s->types, b->count) : e->type;
		if (e->kind == E_STRINGOF)
			e->type = *t;
		return true;
	}
	ok = dt_check_coerce(s, pe, *t);
	if (ok && m->bit_width)
		cut(s, pe, m);
	*t = (*pe)->type;
	return ok;
}

/* The expression of member m for this input, checked; NULL after reporting. `at`: who asks. */
static struct dt_expr *expand(struct dt_sema *s, const struct dt_xlator *x,
			      const struct dt_xlator_member *xm, const struct dt_member *m,
			      struct dt_expr *input, struct dt_span at)
{
	struct bind b = bind(s, x, input);
	struct dt_expr *body = dt_check_copy(s, xm->expr, parameter, &b), *let;
	const struct dt_type *t = m->type;

	if (!body) {
		dt_error(s->diags, at, D_UNKNOWN, "the translations of this program grow too big");
		return NULL;
	}
	dt_check_expr(s, &body, CX_VALUE);
	if (dt_bad(body))
		return NULL;
	if (!fits(s, &body, m, &t)) {
		dt_error(s->diags, xm->span, D_XLATE_INCOMPAT,
			 "member %s of %s is of type %s, but its translation is of type %s",
			 xm->name, dt_type_str(s->arena, x->out_type),
			 dt_type_str(s->arena, m->type), dt_tstr(s, body));
		return NULL;
	}
	if (body->is_const && !has_effect(input))
		return body;
	let = dt_check_node(s, E_LET, at, t);
	let->a = b.value;
	let->b = body;
	let->ival = b.bound && (b.used || has_effect(input)) ? b.bound->ival : 0;
	let->space = body->space;
	return let;
}

static struct dt_expr *translated_member(struct dt_sema *s, struct dt_expr *e, struct dt_expr *obj);

/* obj.member for an object that is not an E_XLATE itself, but whose parts are. */
static struct dt_expr *through(struct dt_sema *s, struct dt_expr *e, struct dt_expr *obj)
{
	struct dt_expr *x;

	switch (obj->kind) {
	case E_COND:
		obj->b = translated_member(s, e, obj->b);
		obj->c = obj->b ? translated_member(s, e, obj->c) : NULL;
		if (!obj->c)
			return NULL;
		obj->type = NULL;
		obj->paren = true;
		dt_check_expr(s, &obj, CX_VALUE);
		return dt_bad(obj) ? NULL : obj;
	case E_COMMA:
	case E_LET:
		x = obj->b = translated_member(s, e, obj->b);
		if (!x)
			return NULL;
		obj->type = x->type;
		obj->space = x->space;
		return obj;
	default: return NULL;
	}
}

static struct dt_expr *translated_member(struct dt_sema *s, struct dt_expr *e, struct dt_expr *obj)
{
	const struct dt_xlator_member *xm;
	struct dt_member m;

	if (obj->kind != E_XLATE)
		return through(s, e, obj);
	if (!dt_type_member(s->types, obj->xlator->out_type, e->name, &m)) {
		dt_error(s->diags, e->span, D_TYPE_MEMBER, "%s is not a member of %s", e->name,
			 dt_type_str(s->arena, obj->xlator->out_type));
		return NULL;
	}
	xm = member_of(obj->xlator, e->name);
	if (!xm) {
		dt_error(s->diags, e->span, D_XLATE_NOCONV,
			 "the translator from %s to %s has nothing for member %s",
			 dt_type_str(s->arena, obj->xlator->in_type),
			 dt_type_str(s->arena, obj->xlator->out_type), e->name);
		return NULL;
	}
	return expand(s, obj->xlator, xm, &m, obj->a, e->span);
}

void dt_check_translated_member(struct dt_sema *s, struct dt_expr **pe)
{
	struct dt_expr *e = *pe, *r = NULL;
	const struct dt_type *as = dt_type_base(e->a->type)->to;
	bool is_ptr = dt_type_kind(as) == TY_PTR;

	if (e->kind == E_ARROW && !is_ptr) {
		dt_error(s->diags, e->span, D_OP_PTR, "left side of -> must be a pointer, not %s",
			 dt_tstr(s, e->a));
	} else if (e->kind == E_MEMBER && is_ptr) {
		dt_error(s->diags, e->span, D_OP_SOU,
			 "left side of . must be a struct or union, not %s", dt_tstr(s, e->a))
			->hint = "it is a pointer: use ->";
	} else {
		r = translated_member(s, e, e->a);
	}
	if (r)
		*pe = r;
	else
		dt_poison(s, e);
}

bool dt_check_translated_deref(struct dt_sema *s, struct dt_expr *e)
{
	const struct dt_type *as;

	if (!is_dyn(e->a) || dt_type_kind(dt_type_base(e->a->type)->to) != TY_PTR)
		return false;
	as = dt_type_base(dt_type_base(e->a->type)->to)->to;
	*e = *e->a;
	e->type = dt_type_dyn(s->types, as);
	if (e->kind == E_COND) {
		e->b = dt_check_copy(s, e->b, NULL, NULL);
		e->c = dt_check_copy(s, e->c, NULL, NULL);
	}
	return true;
}

/* ------------------------------------------------------------------ declaration */

/* An input of the right type whose value is not known. */
static struct dt_expr *any_input(struct dt_sema *s, const struct dt_xlator *x)
{
	bool sou = dt_type_is_sou(x->in_type);
	struct dt_expr *e = dt_check_node(s, E_BOUND, x->in->span,
					  sou ? dt_type_ptr(s->types, x->in_type) : x->in_type),
		       *d;

	e->space = dt_check_space(e->type, SP_NONE);
	if (!sou)
		return e;
	d = dt_check_node(s, E_DEREF, x->in->span, x->in_type);
	d->a = e;
	d->space = e->space = SP_KERNEL;
	return d;
}

static void try_members(struct dt_sema *s, const struct dt_xlator *x)
{
	struct dt_expr *input = any_input(s, x);

	for (uint32_t i = 0; i < x->members.n; i++) {
		const struct dt_xlator_member *xm = &x->members.v[i];
		struct dt_member m;

		if (!dt_type_member(s->types, x->out_type, xm->name, &m)) {
			dt_error(s->diags, xm->span, D_XLATE_MEMB, "%s is not a member of %s",
				 xm->name, dt_type_str(s->arena, x->out_type));
			continue;
		}
		if (member_of(x, xm->name) != xm) {
			dt_error(s->diags, xm->span, D_XLATE_REDECL,
				 "member %s is translated twice", xm->name);
			continue;
		}
		expand(s, x, xm, &m, input, xm->span);
	}
}

void dt_check_translator(struct dt_sema *s, struct dt_xlator *x)
{
	if (x->out->spec->name && !dt_check_pragmas_define(s, x->out->spec->name, NULL))
		return;
	s->diags->region = "translator definition";
	dt_vec_push(s->arena, &s->xlators, x);
	if (!s->lazy && resolve(s, x)) {
		for (uint32_t i = 0; i + 1 < s->xlators.n; i++) {
			struct dt_xlator *o = s->xlators.v[i];
			const struct dt_type *ot = o->bad ? NULL : dt_sema_decl_type(s, o->out);

			if (!ot || dt_type_fill(s->types, ot) != x->out_type || !resolve(s, o) ||
			    !dt_type_same(o->in_type, x->in_type))
				continue;
			dt_error(s->diags, x->span, D_XLATE_REDECL,
				 "a translator from %s to %s is defined already",
				 dt_type_str(s->arena, x->in_type),
				 dt_type_str(s->arena, x->out_type));
			x->bad = true;
			break;
		}
		if (!x->bad)
			try_members(s, x);
	}
	s->diags->region = NULL;
}
