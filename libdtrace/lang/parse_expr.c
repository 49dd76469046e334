/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Expressions: precedence climbing over a table, C's unary and postfix forms, and D's own
 * (self->, this->, @a[...], stringof, xlate, module`symbol).
 *
 * "(x)" may be a cast or a value. What follows decides, nearly always; only where both remain
 * possible ("(x) - 1") is opts->is_type asked (LEX-16).
 */
#include "lang/parser.h"

/* ------------------------------------------------------------------ making nodes */

static struct dt_expr *node(struct dt_parser *p, enum dt_expr_kind kind, struct dt_span at)
{
	struct dt_expr *e = DT_NEW(p->arena, struct dt_expr);

	e->kind = kind;
	e->span = at;
	e->height = 1;
	return e;
}

static struct dt_expr *error_node(struct dt_parser *p)
{
	return node(p, E_ERROR, p->panic ? p->stopped.span : p->tok.span);
}

static void grow(struct dt_expr *e, const struct dt_expr *child)
{
	if (child && child->height >= e->height)
		e->height = (uint16_t)(child->height + 1);
}

/* Call when a node has its children: sets its height and span. */
static struct dt_expr *finish(struct dt_parser *p, struct dt_expr *e)
{
	grow(e, e->a);
	grow(e, e->b);
	grow(e, e->c);
	for (uint32_t i = 0; i < e->list.n; i++)
		grow(e, e->list.v[i]);
	if (e->a)
		e->span = dt_span_join(e->span, e->a->span);
	e->span = dt_span_join(e->span, p->last);
	if (e->height > DT_HEIGHT_MAX) {
		dt_p_fail(p, e->span, D_SYNTAX, "expression is too long or nested too deeply");
		return error_node(p);
	}
	if (e->height > p->tallest)
		p->tallest = e->height;
	return e;
}

static struct dt_expr *binary(struct dt_parser *p, enum dt_expr_kind kind, enum dt_op op,
			      struct dt_expr *a, struct dt_expr *b)
{
	struct dt_expr *e = node(p, kind, a->span);

	e->op = op;
	e->a = a;
	e->b = b;
	return finish(p, e);
}

/* A type inside an expression; its array counts may be expressions, which count as children. */
static void type_operand(struct dt_parser *p, struct dt_expr *e)
{
	uint16_t outside = p->tallest;

	p->tallest = 0;
	e->decl = dt_p_type_name(p);
	if (p->tallest >= e->height)
		e->height = (uint16_t)(p->tallest + 1);
	if (outside > p->tallest)
		p->tallest = outside;
}

/* Comma-separated expressions up to the closing bracket. */
static void expr_list(struct dt_parser *p, struct dt_expr *e, enum dt_tok closer)
{
	struct dt_span open = p->tok.span;

	dt_p_advance(p);
	if (dt_p_accept(p, closer))
		return;
	do
		dt_vec_push(p->arena, &e->list, dt_p_assign_expr(p));
	while (dt_p_accept(p, TOK_COMMA));
	dt_p_close(p, closer, open);
}

/* ------------------------------------------------------------------ primary and postfix */

static struct dt_expr *int_literal(struct dt_parser *p)
{
	struct dt_token t = p->tok;
	struct dt_expr *e = node(p, E_INT, t.span);

	dt_p_advance(p);
	e->ival = (int64_t)t.ival;
	e->lit.is_unsigned = t.is_unsigned;
	e->lit.is_long = t.is_long;
	e->lit.is_llong = t.is_llong;
	e->lit.is_decimal = t.is_decimal;
	e->lit.is_char = t.kind == TOK_CHAR;
	if (!t.negative)
		return e;
	struct dt_expr *neg = node(p, E_UNARY, t.span);
	neg->op = OP_NEG;
	neg->a = e;
	neg->paren = true;
	return finish(p, neg);
}

static struct dt_expr *identifier(struct dt_parser *p)
{
	struct dt_expr *e = node(p, E_IDENT, p->tok.span);

	dt_p_scoped(p, &p->tok, &e->module, &e->name);
	dt_p_advance(p);
	return e;
}

/* self->name, this->name */
static struct dt_expr *scoped_variable(struct dt_parser *p)
{
	bool self = dt_p_is(p, TOK_SELF);
	struct dt_expr *e = node(p, self ? E_SELF : E_THIS, p->tok.span);

	dt_p_advance(p);
	if (!dt_p_expect(p, TOK_ARROW, self ? "-> after self" : "-> after this"))
		return error_node(p);
	e->name = dt_p_name(p, "a variable's name");
	return finish(p, e);
}

static struct dt_expr *aggregation(struct dt_parser *p)
{
	struct dt_expr *e = node(p, E_AGG, p->tok.span);

	e->name = p->tok.str;
	dt_p_advance(p);
	if (dt_p_is(p, TOK_LBRACKET)) {
		struct dt_span open = p->tok.span;
		expr_list(p, e, TOK_RBRACKET);
		if (!p->panic && !e->list.n)
			dt_p_fail(p, dt_span_join(open, p->last), D_SYNTAX,
				  "syntax error near \"]\": expected a key of @%s", e->name);
	}
	if (dt_p_is(p, TOK_LBRACKET))
		dt_p_fail(
			p, p->tok.span, D_AGG_MDIM,
			"improper use of aggregation @%s: it has one list of keys, as in @%s[a, b]",
			e->name, e->name);
	return finish(p, e);
}

/* sizeof e, sizeof (type) */
static struct dt_expr *unary(struct dt_parser *p);

static struct dt_expr *sizeof_expr(struct dt_parser *p)
{
	struct dt_expr *e = node(p, E_SIZEOF, p->tok.span);

	dt_p_advance(p);
	if (dt_p_is(p, TOK_LPAREN)) {
		enum dt_typeish is = dt_p_typeish(p, 1, TOK_RPAREN);
		/* "sizeof (x) -> y" and the like apply to a value */
		if (is == TYPE_MAYBE) {
			enum dt_tok after = dt_p_peek(p, 3)->kind;
			is = after != TOK_ARROW && after != TOK_DOT && after != TOK_LBRACKET &&
					     dt_p_ask_type(p, dt_p_peek(p, 1))
				     ? TYPE_YES
				     : TYPE_NO;
		}
		if (is == TYPE_YES) {
			struct dt_span open = p->tok.span;
			dt_p_advance(p);
			type_operand(p, e);
			dt_p_close(p, TOK_RPAREN, open);
			return finish(p, e);
		}
	}
	e->a = unary(p);
	return finish(p, e);
}

/* offsetof(type, member) */
static struct dt_expr *offsetof_expr(struct dt_parser *p)
{
	struct dt_expr *e = node(p, E_OFFSETOF, p->tok.span);

	dt_p_advance(p);
	struct dt_span open = p->tok.span;
	if (!dt_p_expect(p, TOK_LPAREN, "( after offsetof"))
		return error_node(p);
	type_operand(p, e);
	if (dt_p_expect(p, TOK_COMMA, ", and a member's name"))
		e->name = dt_p_name(p, "a member's name");
	dt_p_close(p, TOK_RPAREN, open);
	return finish(p, e);
}

/* xlate <type> (e) */
static struct dt_expr *xlate_expr(struct dt_parser *p)
{
	struct dt_expr *e = node(p, E_XLATE, p->tok.span);

	dt_p_advance(p);
	if (!dt_p_expect(p, TOK_LT, "< and a type after xlate"))
		return error_node(p);
	type_operand(p, e);
	if (!dt_p_expect(p, TOK_GT, "> after the type"))
		return error_node(p);
	struct dt_span open = p->tok.span;
	if (!dt_p_expect(p, TOK_LPAREN, "( and an expression"))
		return error_node(p);
	e->a = dt_p_expr(p);
	dt_p_close(p, TOK_RPAREN, open);
	return finish(p, e);
}

static struct dt_expr *parenthesised(struct dt_parser *p)
{
	struct dt_span open = p->tok.span;

	dt_p_advance(p);
	struct dt_expr *e = dt_p_expr(p);
	dt_p_close(p, TOK_RPAREN, open);
	e->paren = true;
	e->span = dt_span_join(open, p->last);
	return e;
}

static struct dt_expr *primary(struct dt_parser *p)
{
	switch (p->tok.kind) {
	case TOK_INT:
	case TOK_CHAR: return int_literal(p);
	case TOK_STRING: {
		struct dt_expr *e = node(p, E_STRING, p->tok.span);
		e->str = p->tok.str;
		e->len = p->tok.len;
		dt_p_advance(p);
		return e;
	}
	case TOK_IDENT: return identifier(p);
	case TOK_RETURN: /* return(value), the action */
		if (dt_p_peek(p, 1)->kind == TOK_LPAREN)
			return identifier(p);
		break;
	case TOK_SELF:
	case TOK_THIS: return scoped_variable(p);
	case TOK_AGG: return aggregation(p);
	case TOK_OFFSETOF: return offsetof_expr(p);
	case TOK_XLATE: return xlate_expr(p);
	case TOK_LPAREN: return parenthesised(p);
	default: break;
	}
	dt_p_unexpected(p, "an expression");
	return error_node(p);
}

/* Text of a chain a.b.c of plain names, or NULL: the object in a.out`symbol. */
static const char *dotted(struct dt_parser *p, const struct dt_expr *e)
{
	if (e->kind == E_IDENT && !e->module && !e->paren)
		return e->name;
	if (e->kind != E_MEMBER || e->paren)
		return NULL;
	const char *left = dotted(p, e->a);
	return left ? dt_asprintf(p->arena, "%s.%s", left, e->name) : NULL;
}

/* a.name, a->name; current token is the operator */
static struct dt_expr *member(struct dt_parser *p, struct dt_expr *a)
{
	bool arrow = dt_p_is(p, TOK_ARROW);
	const char *module = NULL, *name;

	dt_p_advance(p);
	if (!dt_p_is(p, TOK_IDENT) && !p->panic && p->tok.kind != TOK_ERROR &&
	    p->tok.kind != TOK_EOF && p->tok.str) {
		dt_p_fail(p, p->tok.span, D_OP_IDENT, "operator %s needs a member's name",
			  arrow ? "->" : ".");
		return error_node(p);
	}
	struct dt_span at = p->tok.span;
	if (dt_p_is(p, TOK_IDENT))
		dt_p_scoped(p, &p->tok, &module, &name);
	else
		name = NULL;
	if (!dt_p_expect(p, TOK_IDENT, "a member's name"))
		return error_node(p);
	if (module) {
		const char *object = arrow ? NULL : dotted(p, a);
		if (!object) {
			dt_p_fail(p, at, D_SYNTAX, "syntax error: ` in a member's name");
			return error_node(p);
		}
		struct dt_expr *e = node(p, E_IDENT, a->span);
		e->module = dt_intern(p->arena, dt_asprintf(p->arena, "%s.%s", object, module));
		e->name = name;
		return finish(p, e);
	}
	struct dt_expr *e = node(p, arrow ? E_ARROW : E_MEMBER, a->span);
	e->a = a;
	e->name = name;
	return finish(p, e);
}

static struct dt_expr *postfix(struct dt_parser *p)
{
	struct dt_expr *a = primary(p), *e;

	for (;;) {
		switch (p->tok.kind) {
		case TOK_DOT:
		case TOK_ARROW: a = member(p, a); continue;
		case TOK_LPAREN:
			e = node(p, E_CALL, a->span);
			e->a = a;
			expr_list(p, e, TOK_RPAREN);
			break;
		case TOK_LBRACKET:
			e = node(p, E_INDEX, a->span);
			e->a = a;
			expr_list(p, e, TOK_RBRACKET);
			if (!p->panic && !e->list.n)
				dt_p_fail(p, p->last, D_SYNTAX,
					  "syntax error near \"]\": expected a subscript");
			break;
		case TOK_INC:
		case TOK_DEC:
			e = node(p, E_UNARY, a->span);
			e->op = dt_p_is(p, TOK_INC) ? OP_POSTINC : OP_POSTDEC;
			e->a = a;
			dt_p_advance(p);
			break;
		default: return a;
		}
		a = finish(p, e);
	}
}

/* ------------------------------------------------------------------ unary and cast */

/* At "(": is it a cast? */
static bool is_cast(struct dt_parser *p)
{
	enum dt_typeish is = dt_p_typeish(p, 1, TOK_RPAREN);

	if (is != TYPE_MAYBE)
		return is == TYPE_YES;
	/* "(word)": look at what comes after it */
	switch (dt_p_peek(p, 3)->kind) {
	case TOK_IDENT:
	case TOK_INT:
	case TOK_CHAR:
	case TOK_STRING:
	case TOK_AGG:
	case TOK_SELF:
	case TOK_THIS:
	case TOK_SIZEOF:
	case TOK_OFFSETOF:
	case TOK_STRINGOF:
	case TOK_XLATE:
	case TOK_LNEG:
	case TOK_BNEG: return true;
	case TOK_LPAREN:
	case TOK_ADD:
	case TOK_SUB:
	case TOK_MUL:
	case TOK_BAND:
	case TOK_INC:
	case TOK_DEC: return dt_p_ask_type(p, dt_p_peek(p, 1));
	default: return false;
	}
}

static struct dt_expr *cast(struct dt_parser *p)
{
	struct dt_expr *e = node(p, E_CAST, p->tok.span);
	struct dt_span open = p->tok.span;

	dt_p_advance(p);
	type_operand(p, e);
	dt_p_close(p, TOK_RPAREN, open);
	e->a = unary(p);
	return finish(p, e);
}

static struct dt_expr *prefix(struct dt_parser *p, enum dt_expr_kind kind, enum dt_op op)
{
	struct dt_expr *e = node(p, kind, p->tok.span);

	e->op = op;
	dt_p_advance(p);
	e->a = unary(p);
	return finish(p, e);
}

static struct dt_expr *unary_form(struct dt_parser *p)
{
	switch (p->tok.kind) {
	case TOK_LNEG: return prefix(p, E_UNARY, OP_LNOT);
	case TOK_BNEG: return prefix(p, E_UNARY, OP_BNOT);
	case TOK_ADD: return prefix(p, E_UNARY, OP_PLUS);
	case TOK_SUB: return prefix(p, E_UNARY, OP_NEG);
	case TOK_INC: return prefix(p, E_UNARY, OP_PREINC);
	case TOK_DEC: return prefix(p, E_UNARY, OP_PREDEC);
	case TOK_MUL: return prefix(p, E_DEREF, OP_NONE);
	case TOK_BAND: return prefix(p, E_ADDR, OP_NONE);
	case TOK_STRINGOF: return prefix(p, E_STRINGOF, OP_NONE);
	case TOK_SIZEOF: return sizeof_expr(p);
	default: return cast(p);
	}
}

static struct dt_expr *unary(struct dt_parser *p)
{
	switch (p->tok.kind) {
	case TOK_LPAREN:
		if (!is_cast(p))
			return postfix(p);
		break;
	case TOK_LNEG:
	case TOK_BNEG:
	case TOK_ADD:
	case TOK_SUB:
	case TOK_INC:
	case TOK_DEC:
	case TOK_MUL:
	case TOK_BAND:
	case TOK_STRINGOF:
	case TOK_SIZEOF: break;
	default: return postfix(p);
	}
	if (!dt_p_enter(p))
		return error_node(p);
	struct dt_expr *e = unary_form(p);
	dt_p_leave(p);
	return e;
}

/* ------------------------------------------------------------------ binary operators */

struct binop {
	unsigned char prec; /* 0: not a binary operator; higher binds tighter */
	enum dt_op op;
	enum dt_expr_kind kind;
};

static const struct binop binops[TOK_COUNT] = {
	[TOK_LOR] = {1, OP_LOR, E_LOGIC},   [TOK_LXOR] = {2, OP_LXOR, E_LOGIC},
	[TOK_LAND] = {3, OP_LAND, E_LOGIC}, [TOK_BOR] = {4, OP_OR, E_BINARY},
	[TOK_XOR] = {5, OP_XOR, E_BINARY},  [TOK_BAND] = {6, OP_AND, E_BINARY},
	[TOK_EQ] = {7, OP_EQ, E_BINARY},    [TOK_NE] = {7, OP_NE, E_BINARY},
	[TOK_LT] = {8, OP_LT, E_BINARY},    [TOK_LE] = {8, OP_LE, E_BINARY},
	[TOK_GT] = {8, OP_GT, E_BINARY},    [TOK_GE] = {8, OP_GE, E_BINARY},
	[TOK_SHL] = {9, OP_SHL, E_BINARY},  [TOK_SHR] = {9, OP_SHR, E_BINARY},
	[TOK_ADD] = {10, OP_ADD, E_BINARY}, [TOK_SUB] = {10, OP_SUB, E_BINARY},
	[TOK_MUL] = {11, OP_MUL, E_BINARY}, [TOK_DIV] = {11, OP_DIV, E_BINARY},
	[TOK_MOD] = {11, OP_MOD, E_BINARY},
};

static struct dt_expr *climb(struct dt_parser *p, unsigned min)
{
	struct dt_expr *a = unary(p);

	for (;;) {
		struct binop op = binops[p->tok.kind];
		if (!op.prec || op.prec < min)
			return a;
		dt_p_advance(p);
		a = binary(p, op.kind, op.op, a, climb(p, op.prec + 1u));
	}
}

struct dt_expr *dt_p_cond_expr(struct dt_parser *p)
{
	struct dt_expr *a = climb(p, 1);

	if (!dt_p_is(p, TOK_QUEST))
		return a;
	if (!dt_p_enter(p))
		return error_node(p);
	struct dt_expr *e = node(p, E_COND, a->span);
	e->a = a;
	dt_p_advance(p);
	e->b = dt_p_expr(p);
	dt_p_expect(p, TOK_COLON, ":");
	e->c = dt_p_cond_expr(p);
	e = finish(p, e);
	dt_p_leave(p);
	return e;
}

static const enum dt_op assign_ops[TOK_COUNT] = {
	[TOK_ADD_EQ] = OP_ADD, [TOK_SUB_EQ] = OP_SUB, [TOK_MUL_EQ] = OP_MUL, [TOK_DIV_EQ] = OP_DIV,
	[TOK_MOD_EQ] = OP_MOD, [TOK_AND_EQ] = OP_AND, [TOK_XOR_EQ] = OP_XOR, [TOK_OR_EQ] = OP_OR,
	[TOK_SHL_EQ] = OP_SHL, [TOK_SHR_EQ] = OP_SHR,
};

/* From now on the name is a variable, whatever types there are (LEX-16). */
static void note_variable(struct dt_parser *p, const struct dt_expr *lhs)
{
	if (lhs->kind == E_INDEX)
		lhs = lhs->a;
	if (lhs->kind == E_IDENT && !lhs->module)
		dt_map_sets(p->vars, lhs->name, p);
}

struct dt_expr *dt_p_assign_expr(struct dt_parser *p)
{
	if (!dt_p_enter(p))
		return error_node(p);
	struct dt_expr *e = dt_p_cond_expr(p);
	enum dt_op op = assign_ops[p->tok.kind];
	if (op || dt_p_is(p, TOK_ASGN)) {
		note_variable(p, e);
		dt_p_advance(p);
		e = binary(p, E_ASSIGN, op, e, dt_p_assign_expr(p));
	}
	dt_p_leave(p);
	return e;
}

struct dt_expr *dt_p_expr(struct dt_parser *p)
{
	struct dt_expr *e = dt_p_assign_expr(p);

	while (dt_p_accept(p, TOK_COMMA))
		e = binary(p, E_COMMA, OP_NONE, e, dt_p_assign_expr(p));
	return e;
}
