/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Expressions. The tree is typed and conversions are explicit, so each node is lowered by itself:
 * integers are computed in 64 bits and extended again by the type of the result where it is
 * narrower.
 */
#include "ir/lower_priv.h"

static uint64_t pointee_size(const struct dt_type *ptr)
{
	const struct dt_type *t = dt_type_base(ptr);
	uint64_t n = t->to ? dt_type_base(t->to)->size : 1;

	return n ? n : 1;
}

static bool is_pointer(const struct dt_type *t)
{
	enum dt_type_kind k = dt_type_kind(t);

	return k == TY_PTR || k == TY_ARRAY;
}

static bool is_string(const struct dt_expr *e)
{
	return dt_type_is_string(dt_type_base(e->type));
}

/* Extends a 64-bit result to the value of its type. */
static ir_reg fit(struct dt_lower *lw, const struct dt_type *type, ir_reg r)
{
	const struct dt_type *t = dt_type_base(type);

	if ((t->kind == TY_INT || t->kind == TY_ENUM) &&
	    (t->size == 1 || t->size == 2 || t->size == 4))
		return ir_ext(&lw->b, r, (unsigned)t->size, dt_type_is_signed(t));
	return r;
}

/* ------------------------------------------------------------------ arithmetic */

/* Faults unless the divisor is known not to be 0. */
static void check_divisor(struct dt_lower *lw, const struct dt_expr *e, ir_reg r)
{
	if (!e || !e->is_const || !e->ival)
		dt_lower_fault_if(lw, IR_EQ, r, 0, DTRACEFLT_DIVZERO, 0);
}

/* x op y of integers of type t. ey: the expression y comes from, or NULL. */
static ir_reg arith(struct dt_lower *lw, enum dt_op op, const struct dt_type *t, ir_reg x, ir_reg y,
		    const struct dt_expr *ey)
{
	struct ir_builder *b = &lw->b;
	bool is_signed = dt_type_is_signed(t);
	enum ir_op o;

	switch (op) {
	case OP_ADD: o = IR_ADD; break;
	case OP_SUB: o = IR_SUB; break;
	case OP_MUL: o = IR_MUL; break;
	case OP_DIV: o = is_signed ? IR_SDIV : IR_UDIV; break;
	case OP_MOD: o = is_signed ? IR_SMOD : IR_UMOD; break;
	case OP_AND: o = IR_AND; break;
	case OP_OR: o = IR_OR; break;
	case OP_XOR: o = IR_XOR; break;
	case OP_SHL: o = IR_SHL; break;
	case OP_SHR: o = is_signed ? IR_SAR : IR_SHR; break;
	default: return x;
	}
	if (op == OP_DIV || op == OP_MOD)
		check_divisor(lw, ey, y);
	return fit(lw, t, ir_op2(b, o, x, y));
}

/* Pointer plus or minus integer (in either order), or the difference of two pointers. */
static ir_reg pointer_arith(struct dt_lower *lw, const struct dt_expr *e)
{
	struct ir_builder *b = &lw->b;
	ir_reg x = dt_lower_int(lw, e->a), y = dt_lower_int(lw, e->b);
	bool pa = is_pointer(e->a->type), pb = is_pointer(e->b->type);
	int64_t size = (int64_t)pointee_size(pa ? e->a->type : e->b->type);

	if (pa && pb)
		return ir_op2(b, IR_SDIV, ir_op2(b, IR_SUB, x, y), ir_ldi(b, size));
	if (pa)
		y = ir_op2i(b, IR_MUL, y, size);
	else
		x = ir_op2i(b, IR_MUL, x, size);
	return ir_op2(b, e->op == OP_SUB ? IR_SUB : IR_ADD, x, y);
}

static bool is_comparison(enum dt_op op)
{
	return op >= OP_EQ && op <= OP_GE;
}

static enum ir_cond condition(const struct dt_expr *e)
{
	bool s = dt_type_is_int(e->a->type) && dt_type_is_signed(dt_type_base(e->a->type));

	switch (e->op) {
	case OP_EQ: return IR_EQ;
	case OP_NE: return IR_NE;
	case OP_LT: return s ? IR_SLT : IR_LT;
	case OP_LE: return s ? IR_SLE : IR_LE;
	case OP_GT: return s ? IR_SGT : IR_GT;
	default: return s ? IR_SGE : IR_GE;
	}
}

static ir_reg binary(struct dt_lower *lw, const struct dt_expr *e)
{
	ir_reg x, y;

	if (is_comparison(e->op)) {
		if (is_string(e->a) || is_string(e->b))
			return dt_lower_str_cmp(lw, e->op, e->a, e->b);
		x = dt_lower_int(lw, e->a);
		y = dt_lower_int(lw, e->b);
		return ir_setcc(&lw->b, condition(e), x, y);
	}
	if ((e->op == OP_ADD || e->op == OP_SUB) &&
	    (is_pointer(e->a->type) || is_pointer(e->b->type)))
		return pointer_arith(lw, e);
	x = dt_lower_int(lw, e->a);
	y = dt_lower_int(lw, e->b);
	return arith(lw, e->op, e->type, x, y, e->b);
}

/* ------------------------------------------------------------------ truth */

static ir_reg truth(struct dt_lower *lw, const struct dt_expr *e)
{
	struct dt_val v;

	if (is_string(e)) {
		dt_lower_expr(lw, e, &v);
		return dt_lower_str_true(lw, &v);
	}
	return ir_setcci(&lw->b, IR_NE, dt_lower_int(lw, e), 0);
}

static void and_or_cond(struct dt_lower *lw, const struct dt_expr *e, struct ir_block *yes,
			struct ir_block *no)
{
	struct ir_block *second = dt_lower_block(lw, e->op == OP_LAND ? "and" : "or");
	int ts;

	if (e->op == OP_LAND)
		dt_lower_cond(lw, e->a, second, no);
	else
		dt_lower_cond(lw, e->a, yes, second);
	ts = lw->priv->ts_state;
	ir_at(&lw->b, second);
	dt_lower_cond(lw, e->b, yes, no);
	dt_lower_ts_join(lw, ts);
}

void dt_lower_cond(struct dt_lower *lw, const struct dt_expr *e, struct ir_block *yes,
		   struct ir_block *no)
{
	struct ir_builder *b = &lw->b;
	ir_reg x, y;

	if (e->is_const && !is_string(e)) {
		ir_jmp(b, e->ival ? yes : no);
	} else if (e->kind == E_LOGIC && e->op != OP_LXOR) {
		and_or_cond(lw, e, yes, no);
	} else if (e->kind == E_UNARY && e->op == OP_LNOT) {
		dt_lower_cond(lw, e->a, no, yes);
	} else if (e->kind == E_BINARY && is_comparison(e->op) && !is_string(e->a) &&
		   !is_string(e->b)) {
		x = dt_lower_int(lw, e->a);
		if (e->b->is_const) {
			ir_bri(b, condition(e), x, e->b->ival, yes, no);
			return;
		}
		y = dt_lower_int(lw, e->b);
		ir_br(b, condition(e), x, y, yes, no);
	} else if (is_string(e)) {
		ir_bri(b, IR_NE, truth(lw, e), 0, yes, no);
	} else {
		ir_bri(b, IR_NE, dt_lower_int(lw, e), 0, yes, no);
	}
}

/* && and || as a value. ^^ evaluates both sides. */
static ir_reg logic(struct dt_lower *lw, const struct dt_expr *e)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *yes, *no;
	ir_reg r, x;

	if (e->op == OP_LXOR) {
		x = truth(lw, e->a);
		return ir_op2(b, IR_XOR, x, truth(lw, e->b));
	}
	yes = dt_lower_block(lw, "true");
	no = dt_lower_block(lw, "end");
	r = ir_newreg(b);
	ir_ldi_to(b, r, 0);
	dt_lower_cond(lw, e, yes, no);
	ir_at(b, yes);
	ir_ldi_to(b, r, 1);
	ir_jmp(b, no);
	ir_at(b, no);
	return r;
}

/* ------------------------------------------------------------------ ?: */

/* Where both arms of a string's ?: end up: ids if both are known at load time, else a temporary. */
static void cond_arm(struct dt_lower *lw, const struct dt_expr *e, struct dt_val *out)
{
	struct ir_builder *b = &lw->b;
	struct dt_val v;

	dt_lower_expr(lw, e, &v);
	if (out->kind == VAL_SLOTSTR)
		dt_lower_str_store(lw, &v, lw->slot, out->off, out->cap, false);
	else if (v.reg)
		ir_mov_to(b, out->reg, v.reg);
	if (out->kind == VAL_NONE) { /* a struct: what the first arm is, the other is, too */
		out->kind = v.kind;
		out->space = v.space;
		out->off = v.off;
		out->cap = v.cap;
	}
}

static void conditional(struct dt_lower *lw, const struct dt_expr *e, struct dt_val *out)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *yes = dt_lower_block(lw, "?"), *no = dt_lower_block(lw, ":"),
			*end = dt_lower_block(lw, "end");
	int ts;

	*out = (struct dt_val){.kind = VAL_INT, .reg = ir_newreg(b)};
	if (is_string(e) && dt_sema_str_static(e->b) && dt_sema_str_static(e->c)) {
		out->kind = VAL_STRID;
	} else if (is_string(e)) {
		out->kind = VAL_SLOTSTR;
		out->cap = lw->cx->sema->strsize;
		out->off = dt_lower_temp(lw, out->cap);
	} else if (!dt_type_is_scalar(e->type)) {
		out->kind = VAL_NONE;
	}
	dt_lower_cond(lw, e->a, yes, no);
	ts = lw->priv->ts_state;
	ir_at(b, yes);
	cond_arm(lw, e->b, out);
	ir_jmp(b, end);
	dt_lower_ts_join(lw, ts);
	ts = lw->priv->ts_state;
	ir_at(b, no);
	cond_arm(lw, e->c, out);
	ir_jmp(b, end);
	dt_lower_ts_join(lw, ts);
	ir_at(b, end);
}

/* ------------------------------------------------------------------ assignment */

static void assign(struct dt_lower *lw, const struct dt_expr *e, struct dt_val *out)
{
	struct ir_builder *b = &lw->b;
	const struct dt_type *t = e->a->type, *in = t;
	struct dt_loc l;
	struct dt_val old;
	ir_reg y;

	if (e->op == OP_NONE) {
		dt_lower_expr(lw, e->b, out);
		if (out->kind == VAL_INT)
			out->reg = fit(lw, t, out->reg);
		dt_lower_loc_write(lw, e->a, &l);
		dt_loc_store(lw, &l, t, out);
		return;
	}
	y = dt_lower_int(lw, e->b);
	dt_lower_loc_write(lw, e->a, &l);
	dt_loc_load(lw, &l, t, &old);
	if (is_pointer(t))
		y = ir_op2i(b, IR_MUL, y, (int64_t)pointee_size(t));
	*out = (struct dt_val){.kind = VAL_INT};
	/* the operation is done in the common type, which is the right side's if that is wider; a
	 * shift in the promoted left side's */
	if (e->op == OP_SHL || e->op == OP_SHR)
		in = dt_type_base(t)->size < 4 ? lw->cx->sema->types->t_int : t;
	else if (!is_pointer(t))
		in = e->b->type;
	out->reg = fit(lw, t, arith(lw, e->op, in, old.reg, y, e->b));
	dt_loc_store(lw, &l, t, out);
}

static ir_reg step(struct dt_lower *lw, const struct dt_expr *e)
{
	struct ir_builder *b = &lw->b;
	const struct dt_type *t = e->a->type;
	bool up = e->op == OP_PREINC || e->op == OP_POSTINC;
	bool post = e->op == OP_POSTINC || e->op == OP_POSTDEC;
	int64_t by = is_pointer(t) ? (int64_t)pointee_size(t) : 1;
	struct dt_val old, new_ = {.kind = VAL_INT};
	struct dt_loc l;

	dt_lower_loc_write(lw, e->a, &l);
	dt_loc_load(lw, &l, t, &old);
	new_.reg = fit(lw, t, ir_op2i(b, IR_ADD, old.reg, up ? by : -by));
	dt_loc_store(lw, &l, t, &new_);
	return post ? old.reg : new_.reg;
}

static ir_reg unary(struct dt_lower *lw, const struct dt_expr *e)
{
	struct ir_builder *b = &lw->b;

	switch (e->op) {
	case OP_NEG: return fit(lw, e->type, ir_op1(b, IR_NEG, dt_lower_int(lw, e->a)));
	case OP_BNOT: return fit(lw, e->type, ir_op1(b, IR_NOT, dt_lower_int(lw, e->a)));
	case OP_LNOT:
		if (is_string(e->a))
			return ir_op2i(b, IR_XOR, truth(lw, e->a), 1);
		return ir_setcci(b, IR_EQ, dt_lower_int(lw, e->a), 0);
	case OP_PLUS: return dt_lower_int(lw, e->a);
	default: return step(lw, e);
	}
}

/* ------------------------------------------------------------------ conversions */

static void string_of(struct dt_lower *lw, const struct dt_expr *e, struct dt_val *out)
{
	const struct dt_expr *a = e->a;
	const struct dt_type *t = dt_type_base(a->type);
	uint32_t cap = dt_sema_strwidth(lw->cx->sema, e);
	enum dt_space space = a->space;
	struct dt_loc l;

	if (t->kind == TY_STRING) {
		dt_lower_expr(lw, a, out);
		return;
	}
	if (a->is_const && !a->ival) { /* a null string is an empty one */
		dt_lower_str_lit(lw, "", 0, out);
		return;
	}
	if (space == SP_NONE)
		space = t->userland ? SP_USER : SP_KERNEL;
	if (t->kind != TY_ARRAY) {
		dt_lower_str_at(lw, space, dt_lower_int(lw, a), cap, out);
		return;
	}
	dt_lower_loc(lw, a, &l);
	dt_loc_pin(lw, &l, a->type);
	if (l.kind == LOC_PTR) /* a D variable; SP_KERNEL here says that a NUL may be missing */
		*out = (struct dt_val){.kind = VAL_MEM,
				       .reg = l.reg,
				       .off = (uint32_t)l.off,
				       .cap = (uint32_t)t->size,
				       .space = SP_KERNEL};
	else
		dt_lower_str_at(lw, l.space, dt_loc_addr(lw, &l), t->count ? t->count + 1 : cap,
				out);
}

static void cast(struct dt_lower *lw, const struct dt_expr *e, struct dt_val *out)
{
	const struct dt_type *to = dt_type_base(e->type), *from = dt_type_base(e->a->type);
	ir_reg r;

	if (to->kind == TY_STRING) {
		string_of(lw, e, out);
		return;
	}
	if (to->kind != TY_INT && to->kind != TY_ENUM && to->kind != TY_PTR) {
		dt_lower_expr(lw, e->a, out);
		return;
	}
	r = dt_lower_int(lw, e->a);
	if (to->kind == TY_INT && to->rank == 1)
		r = ir_setcci(&lw->b, IR_NE, r, 0);
	else if (from->kind != to->kind || from->size != to->size ||
		 from->is_signed != to->is_signed)
		r = fit(lw, to, r);
	*out = (struct dt_val){.kind = VAL_INT, .reg = r};
}

/* ------------------------------------------------------------------ all of them */

static void int_val(struct dt_val *out, ir_reg r)
{
	*out = (struct dt_val){.kind = VAL_INT, .reg = r};
}

static void address_of(struct dt_lower *lw, const struct dt_expr *e, struct dt_val *out)
{
	struct dt_loc l;

	dt_lower_loc(lw, e->a, &l);
	if (l.kind == LOC_ADDR)
		int_val(out, dt_loc_addr(lw, &l));
	else
		int_val(out, ir_ldi(&lw->b, 0)); /* sema refuses addresses of variables */
}

void dt_lower_let(struct dt_lower *lw, const struct dt_expr *e, struct dt_let *let)
{
	*let = (struct dt_let){.outer = lw->priv->let, .number = e->ival};
	if (e->ival && dt_type_kind(e->a->type) == TY_PTR) {
		int_val(&let->value, dt_lower_pointer(lw, e->a, &let->obj));
		if (let->obj.reg)
			let->value.reg = dt_lower_plain(lw, let->obj.reg);
	} else if (e->ival) {
		dt_lower_expr(lw, e->a, &let->value);
	}
	lw->priv->let = let;
}

const struct dt_let *dt_lower_bound(struct dt_lower *lw, const struct dt_expr *e)
{
	static const struct dt_let none;
	const struct dt_let *l = lw->priv->let;

	while (l && l->number != e->ival)
		l = l->outer;
	return l ? l : &none;
}

static void expr(struct dt_lower *lw, const struct dt_expr *e, struct dt_val *out)
{
	struct dt_let let;
	struct dt_val unused;
	struct dt_loc l;

	switch (e->kind) {
	case E_STRING: dt_lower_str_lit(lw, e->str, e->len, out); break;
	case E_VAR:
	case E_ASSOC:
	case E_MEMBER:
	case E_ARROW:
	case E_DEREF:
	case E_ELEM:
	case E_SYM:
		dt_lower_loc(lw, e, &l);
		dt_loc_load(lw, &l, e->type, out);
		break;
	case E_ADDR: address_of(lw, e, out); break;
	case E_UNARY: int_val(out, unary(lw, e)); break;
	case E_BINARY: int_val(out, binary(lw, e)); break;
	case E_LOGIC: int_val(out, logic(lw, e)); break;
	case E_COND: conditional(lw, e, out); break;
	case E_ASSIGN: assign(lw, e, out); break;
	case E_COMMA:
		dt_lower_expr(lw, e->a, &unused);
		dt_lower_expr(lw, e->b, out);
		break;
	case E_CAST: cast(lw, e, out); break;
	case E_STRINGOF: string_of(lw, e, out); break;
	case E_LET:
		dt_lower_let(lw, e, &let);
		dt_lower_expr(lw, e->b, out);
		lw->priv->let = let.outer;
		break;
	case E_BOUND: *out = dt_lower_bound(lw, e)->value; break;
	case E_BUILTIN: dt_lower_builtin(lw, e, out); break;
	case E_CALL:
		if (e->func && e->func->lower)
			e->func->lower(lw, e, out);
		break;
	default: int_val(out, ir_ldi(&lw->b, 0)); break;
	}
}

void dt_lower_expr(struct dt_lower *lw, const struct dt_expr *e, struct dt_val *out)
{
	struct dt_span outer = lw->b.span;
	bool writing = lw->priv->writing; /* an index inside a place that is written is only read */

	lw->priv->writing = false;
	*out = (struct dt_val){0};
	if (e->span.src)
		lw->b.span = e->span;
	if (e->is_const && is_string(e))
		dt_lower_str_lit(lw, e->str ? e->str : "", e->str ? e->len : 0, out);
	else if (e->is_const || e->kind == E_INT)
		int_val(out, ir_ldi(&lw->b, e->ival));
	else
		expr(lw, e, out);
	lw->b.span = outer;
	lw->priv->writing = writing;
}

/* An array's value is its address. */
ir_reg dt_lower_int(struct dt_lower *lw, const struct dt_expr *e)
{
	struct dt_loc l;
	struct dt_val v;

	if (!e->is_const && dt_type_kind(e->type) == TY_ARRAY) {
		dt_lower_loc(lw, e, &l);
		return l.kind == LOC_ADDR ? dt_loc_addr(lw, &l) : ir_ldi(&lw->b, 0);
	}
	dt_lower_expr(lw, e, &v);
	return v.reg ? v.reg : ir_ldi(&lw->b, 0);
}
