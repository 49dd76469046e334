/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Aggregating functions that keep a number or two: count, sum, avg, min, max, stddev.
 *
 * A cell belongs to one CPU, but a program can be interrupted by another (or itself) on its CPU, so
 * updates are atomic: adds, or a short compare-and-exchange loop. Cells and their first state, all
 * zeros, are described in record/record.h.
 */
#include "actions/actions.h"
#include "bpf/features.h"

/* How often a compare-and-exchange is tried: it fails only when the update was interrupted. */
#define DT_CAS_TRIES 4

/* ------------------------------------------------------------------ checks */

static bool check_scalar(struct dt_sema *s, struct dt_expr *call)
{
	const struct dt_expr *e = dt_arg(call, 0);

	if (e->kind != E_AGG && dt_is_poisoned(e))
		return false;
	if (e->kind == E_AGG || !dt_type_is_scalar(e->type) || dt_type_kind(e->type) == TY_FLOAT) {
		dt_error(s->diags, e->span, D_AGG_SCALAR,
			 "%s( ) argument #1 must be an expression of scalar type",
			 call->func->name);
		return false;
	}
	return true;
}

/* ------------------------------------------------------------------ code */

static void add(struct dt_lower *lw, ir_reg cell, int32_t off, ir_reg v)
{
	ir_atomic_add(&lw->b, 8, cell, off, v);
}

static void count_lower(struct dt_lower *lw, const struct dt_expr *assign, struct dt_val *out)
{
	ir_reg cell = dt_lower_agg_cell(lw, assign);

	(void)out;
	add(lw, cell, 0, ir_ldi(&lw->b, 1));
}

static void sum_lower(struct dt_lower *lw, const struct dt_expr *assign, struct dt_val *out)
{
	ir_reg v = dt_lower_int(lw, dt_arg(assign->b, 0));
	ir_reg cell = dt_lower_agg_cell(lw, assign);

	(void)out;
	add(lw, cell, 0, v);
}

static void avg_lower(struct dt_lower *lw, const struct dt_expr *assign, struct dt_val *out)
{
	ir_reg v = dt_lower_int(lw, dt_arg(assign->b, 0));
	ir_reg cell = dt_lower_agg_cell(lw, assign);

	(void)out;
	add(lw, cell, 0, ir_ldi(&lw->b, 1));
	add(lw, cell, 8, v);
}

/*
 * cell.value = unsigned max(cell.value, v ^ key); cell.seen = 1.
 *
 *	tries = 4
 *	loop:	old = cell.value
 *		if (e <= old) goto done
 *		if (cmpxchg(cell.value, old, e) == old) goto done
 *		if (--tries) goto loop
 *	done:	cell.seen = 1
 */
static void extreme_lower(struct dt_lower *lw, const struct dt_expr *assign, uint64_t key)
{
	ir_reg v = dt_lower_int(lw, dt_arg(assign->b, 0));
	ir_reg cell = dt_lower_agg_cell(lw, assign), old, e, tries, got;
	struct ir_builder *b = &lw->b;
	struct ir_block *loop = ir_block_new(b, "extreme"), *more = ir_block_new(b, "better"),
			*again = ir_block_new(b, "again"), *done = ir_block_new(b, "seen");

	e = ir_op2(b, IR_XOR, v, ir_ldi(b, (int64_t)key));
	if (dt_feature(lw->cx->features, FEAT_ATOMICS)) {
		tries = ir_newreg(b);
		ir_ldi_to(b, tries, DT_CAS_TRIES);
		ir_jmp(b, loop);
		ir_at(b, loop);
		old = ir_load(b, 8, false, cell, 0);
		ir_br(b, IR_LE, e, old, done, more);
		ir_at(b, more);
		got = ir_cmpxchg(b, 8, cell, 0, old, e);
		ir_br(b, IR_EQ, got, old, done, again);
		ir_at(b, again);
		ir_mov_to(b, tries, ir_op2i(b, IR_SUB, tries, 1));
		ir_bri(b, IR_NE, tries, 0, loop, done);
	} else {
		ir_jmp(b, loop);
		ir_at(b, loop);
		old = ir_load(b, 8, false, cell, 0);
		ir_br(b, IR_LE, e, old, done, more);
		ir_at(b, more);
		ir_store(b, 8, cell, 0, e);
		ir_jmp(b, done);
	}
	ir_at(b, done);
	ir_storei(b, 8, cell, 8, 1);
}

static void min_lower(struct dt_lower *lw, const struct dt_expr *assign, struct dt_val *out)
{
	(void)out;
	extreme_lower(lw, assign, DT_AGG_MIN_KEY);
}

static void max_lower(struct dt_lower *lw, const struct dt_expr *assign, struct dt_val *out)
{
	(void)out;
	extreme_lower(lw, assign, DT_AGG_MAX_KEY);
}

/* v * v, 128 bits: with |v| = 2^32 h + l, it is 2^64 hh + 2^33 hl + ll. */
static void square(struct ir_builder *b, ir_reg v, ir_reg *lo, ir_reg *hi)
{
	ir_reg sign = ir_op2i(b, IR_SAR, v, 63);
	ir_reg abs = ir_op2(b, IR_SUB, ir_op2(b, IR_XOR, v, sign), sign);
	ir_reg l = ir_ext(b, abs, 4, false), h = ir_op2i(b, IR_SHR, abs, 32);
	ir_reg ll = ir_op2(b, IR_MUL, l, l), hl = ir_op2(b, IR_MUL, h, l),
	       hh = ir_op2(b, IR_MUL, h, h);

	*lo = ir_op2(b, IR_ADD, ll, ir_op2i(b, IR_SHL, hl, 33));
	*hi = ir_op2(b, IR_ADD, hh, ir_op2i(b, IR_SHR, hl, 31));
	*hi = ir_op2(b, IR_ADD, *hi, ir_setcc(b, IR_LT, *lo, ll));
}

/* {n, sum, squares}: the carry from the low to the high half needs the old low half. */
static void stddev_lower(struct dt_lower *lw, const struct dt_expr *assign, struct dt_val *out)
{
	ir_reg v = dt_lower_int(lw, dt_arg(assign->b, 0)), lo, hi, old, sum, tries, got;
	ir_reg cell = dt_lower_agg_cell(lw, assign);
	struct ir_builder *b = &lw->b;
	struct ir_block *loop = ir_block_new(b, "squares"), *again = ir_block_new(b, "again"),
			*done = ir_block_new(b, "carry"), *end = ir_block_new(b, "end");

	(void)out;
	square(b, v, &lo, &hi);
	if (dt_feature(lw->cx->features, FEAT_ATOMICS)) {
		tries = ir_newreg(b);
		ir_ldi_to(b, tries, DT_CAS_TRIES);
		ir_jmp(b, loop);
		ir_at(b, loop);
		old = ir_load(b, 8, false, cell, 16);
		sum = ir_op2(b, IR_ADD, old, lo);
		got = ir_cmpxchg(b, 8, cell, 16, old, sum);
		ir_br(b, IR_EQ, got, old, done, again);
		ir_at(b, again);
		ir_mov_to(b, tries, ir_op2i(b, IR_SUB, tries, 1));
		ir_bri(b, IR_NE, tries, 0, loop, end);
	} else {
		ir_jmp(b, loop);
		ir_at(b, loop);
		old = ir_load(b, 8, false, cell, 16);
		sum = ir_op2(b, IR_ADD, old, lo);
		ir_store(b, 8, cell, 16, sum);
		ir_jmp(b, done);
	}
	ir_at(b, done);
	hi = ir_op2(b, IR_ADD, hi, ir_setcc(b, IR_LT, sum, lo));
	add(lw, cell, 24, hi);
	add(lw, cell, 8, v);
	add(lw, cell, 0, ir_ldi(b, 1));
	ir_jmp(b, end);
	ir_at(b, end);
}

#define AGG(fn, arguments, checker)         \
	const struct dt_func dt_fn_##fn = { \
		.name = #fn,                \
		.kind = DT_FN_AGG,          \
		.ret = "void",              \
		.sig = arguments,           \
		.check = checker,           \
		.lower = fn##_lower,        \
	}

AGG(count, "", NULL);
AGG(sum, "e", check_scalar);
AGG(avg, "e", check_scalar);
AGG(min, "e", check_scalar);
AGG(max, "e", check_scalar);
AGG(stddev, "e", check_scalar);
