/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quantize(), lquantize(), llquantize(): a value to the number of its bucket, inline, then one
 * atomic add. Parameters are constants, so each use has code of its own and nothing is looked up.
 *
 * The number of the bucket is clamped after the cell was found and right before it is used, where
 * the verifier wants to see it.
 */
#include "actions/actions.h"

/* ------------------------------------------------------------------ checks */

static bool check_value(struct dt_sema *s, struct dt_expr *call, const struct dt_expr *incr)
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
	if (incr && dt_is_poisoned(incr))
		return false;
	if (incr && !dt_type_is_int(incr->type)) {
		dt_error(s->diags, incr->span, D_PROTO_ARG,
			 "%s( ) increment value (argument #%u) must be of integer type, not \"%s\"",
			 call->func->name, call->list.n, dt_type_str(s->arena, incr->type));
		return false;
	}
	return true;
}

static bool quantize_check(struct dt_sema *s, struct dt_expr *call)
{
	return check_value(s, call, dt_arg(call, 1));
}

/* A constant parameter: argument n, between lo and hi. (That all uses of an aggregation have the
 * same ones is for sema to see.) */
struct param {
	uint32_t arg;
	int64_t dflt, lo, hi;
	const char *what, *limits;
	enum dt_tag type_tag, val_tag;
};

static bool get_param(struct dt_sema *s, const struct dt_expr *call, const struct param *p,
		      int64_t *v)
{
	const struct dt_expr *e = dt_arg(call, p->arg);

	*v = p->dflt;
	if (!e)
		return true;
	if (e->kind != E_AGG && dt_is_poisoned(e))
		return false;
	if (e->kind == E_AGG || !dt_is_const_int(e)) {
		dt_error(s->diags, e->span, p->type_tag,
			 "%s( ) %s (argument #%u) must be an integer constant", call->func->name,
			 p->what, p->arg + 1);
		return false;
	}
	if (e->ival < p->lo || e->ival > p->hi) {
		dt_error(s->diags, e->span, p->val_tag, "%s( ) %s (argument #%u) must be %s",
			 call->func->name, p->what, p->arg + 1, p->limits);
		return false;
	}
	*v = e->ival;
	return true;
}

static bool get_params(struct dt_sema *s, const struct dt_expr *call, const struct param *p,
		       uint32_t n, int64_t *v)
{
	for (uint32_t i = 0; i < n; i++)
		if (!get_param(s, call, &p[i], &v[i]))
			return false;
	return true;
}

static const struct param lquant_params[] = {
	{1, 0, INT32_MIN, INT32_MAX, "base", "a 32-bit quantity", D_LQUANT_BASETYPE,
	 D_LQUANT_BASEVAL},
	{2, 0, INT32_MIN, INT32_MAX, "limit", "a 32-bit quantity", D_LQUANT_LIMTYPE,
	 D_LQUANT_LIMVAL},
	{3, 1, 1, UINT16_MAX, "step", "a non-zero positive 16-bit quantity", D_LQUANT_STEPTYPE,
	 D_LQUANT_STEPVAL},
};

static bool lquantize_check(struct dt_sema *s, struct dt_expr *call)
{
	int64_t v[3];

	if (!check_value(s, call, dt_arg(call, 4)) || !get_params(s, call, lquant_params, 3, v))
		return false;
	if (v[0] >= v[1]) {
		dt_error(s->diags, call->span, D_LQUANT_MISMATCH,
			 "lquantize( ) base (argument #2) must be less than limit (argument #3)");
		return false;
	}
	if ((v[1] - v[0]) / v[2] < 1) {
		dt_error(s->diags, call->span, D_LQUANT_STEPLARGE,
			 "lquantize( ) step (argument #4) too large: must have at least one "
			 "quantization "
			 "level");
		return false;
	}
	if ((v[1] - v[0]) / v[2] > UINT16_MAX) {
		dt_error(s->diags, call->span, D_LQUANT_STEPSMALL,
			 "lquantize( ) step (argument #4) too small: number of quantization levels "
			 "must be a "
			 "16-bit quantity");
		return false;
	}
	return true;
}

static const struct param llquant_params[] = {
	{1, 0, 0, UINT16_MAX, "factor", "an unsigned 16-bit quantity", D_LLQUANT_FACTORTYPE,
	 D_LLQUANT_FACTORVAL},
	{2, 0, 0, UINT16_MAX, "lmag", "an unsigned 16-bit quantity", D_LLQUANT_LMAGTYPE,
	 D_LLQUANT_LMAGVAL},
	{3, 0, 0, UINT16_MAX, "hmag", "an unsigned 16-bit quantity", D_LLQUANT_HMAGTYPE,
	 D_LLQUANT_HMAGVAL},
	{4, 0, 1, UINT16_MAX, "steps", "a positive 16-bit quantity", D_LLQUANT_STEPTYPE,
	 D_LLQUANT_STEPVAL},
};

/* factor^e; false if it needs more than 64 bits. */
static bool power(uint64_t factor, uint64_t e, uint64_t *out)
{
	uint64_t p = 1;

	for (; e > 0; e--)
		if (__builtin_mul_overflow(p, factor, &p))
			return false;
	*out = p;
	return true;
}

/* Spec 7.4: the buckets of a magnitude have to be whole numbers of one width. */
static bool llquant_steps_ok(uint64_t factor, uint64_t lmag, uint64_t steps)
{
	uint64_t p;

	if (steps < factor)
		return factor % steps == 0;
	if (steps % factor)
		return false;
	if (steps == factor)
		return true;
	return power(factor, lmag ? lmag + 1 : 2, &p) && p % steps == 0;
}

static bool llquantize_check(struct dt_sema *s, struct dt_expr *call)
{
	int64_t v[4];
	uint64_t top;

	if (!check_value(s, call, dt_arg(call, 5)) || !get_params(s, call, llquant_params, 4, v))
		return false;
	if (v[0] < 2) {
		dt_error(s->diags, dt_arg(call, 1)->span, D_LLQUANT_FACTORVAL,
			 "llquantize( ) factor (argument #2) must be two or more");
		return false;
	}
	if (v[1] > v[2]) {
		dt_error(s->diags, call->span, D_LLQUANT_HMAGVAL,
			 "llquantize( ) lmag (argument #3) must not be larger than hmag (argument "
			 "#4)");
		return false;
	}
	if (!power((uint64_t)v[0], (uint64_t)v[2] + 1, &top)) {
		dt_error(s->diags, dt_arg(call, 3)->span, D_LLQUANT_HMAGVAL,
			 "llquantize( ) factor (argument #2) raised to the power of hmag (argument "
			 "#4) plus "
			 "1 overflows 64 bits");
		return false;
	}
	if (!llquant_steps_ok((uint64_t)v[0], (uint64_t)v[1], (uint64_t)v[3])) {
		bool few = v[3] < v[0];

		dt_error(
			s->diags, dt_arg(call, 4)->span, D_LLQUANT_STEPVAL,
			"llquantize( ) steps (argument #5) must %s",
			few ? "divide the factor (argument #2) when there are fewer"
			    : "be a multiple of the factor (argument #2) and divide a power of it");
		return false;
	}
	if ((uint64_t)(v[2] - v[1] + 1) * (uint64_t)v[3] > UINT16_MAX) {
		dt_error(s->diags, dt_arg(call, 4)->span, D_LLQUANT_STEPVAL,
			 "llquantize( ) steps (argument #5) too many: the number of quantization "
			 "levels must "
			 "be a 16-bit quantity");
		return false;
	}
	return true;
}

/* ------------------------------------------------------------------ code */

/* An operation, or a comparison, with a constant of 64 bits. */
static ir_reg op_imm(struct ir_builder *b, enum ir_op op, ir_reg x, uint64_t imm)
{
	if (imm <= INT32_MAX)
		return ir_op2i(b, op, x, (int64_t)imm);
	return ir_op2(b, op, x, ir_ldi(b, (int64_t)imm));
}

static void br_imm(struct ir_builder *b, enum ir_cond c, ir_reg x, int64_t imm,
		   struct ir_block *then, struct ir_block *otherwise)
{
	if (imm >= INT32_MIN && imm <= INT32_MAX)
		ir_bri(b, c, x, imm, then, otherwise);
	else
		ir_br(b, c, x, ir_ldi(b, imm), then, otherwise);
}

/* Value and increment are evaluated first, then the keys; buckets[min(idx, last)] += incr. An index
 * that is too large (as -1 is) means `wild`. */
static void bump(struct dt_lower *lw, const struct dt_expr *assign, ir_reg idx, ir_reg incr,
		 uint32_t last, uint32_t wild)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *bad = ir_block_new(b, "wild"), *ok = ir_block_new(b, "bucket");
	ir_reg cell = dt_lower_agg_cell(lw, assign), at = ir_newreg(b);

	ir_mov_to(b, at, idx);
	ir_bri(b, IR_GT, at, last, bad, ok);
	ir_at(b, bad);
	ir_ldi_to(b, at, wild);
	ir_jmp(b, ok);
	ir_at(b, ok);
	ir_atomic_add(b, 8, ir_op2(b, IR_ADD, cell, ir_op2i(b, IR_SHL, at, 3)), 0, incr);
}

static ir_reg increment(struct dt_lower *lw, const struct dt_expr *call, uint32_t n)
{
	const struct dt_expr *e = dt_arg(call, n);

	return e ? dt_lower_int(lw, e) : ir_ldi(&lw->b, 1);
}

/* v < 0 ? -1 : 0, and |v| by it; applied to a small number it gives its sign back. */
static ir_reg negate_if(struct ir_builder *b, ir_reg v, ir_reg sign)
{
	return ir_op2(b, IR_SUB, ir_op2(b, IR_XOR, v, sign), sign);
}

/*
 * Number of bits of v, 0 to 64, without branches (each would double what the verifier follows, and
 * mislead the processor): is it above 2^32, 2^16, 2^8, 2^4; then from a table of 16 nibbles that is
 * a constant.
 */
static ir_reg bit_length(struct ir_builder *b, ir_reg v)
{
	static const struct {
		uint64_t above;
		int log;
	} step[] = {{0xffffffff, 5}, {0xffff, 4}, {0xff, 3}, {0xf, 2}};
	ir_reg bits = 0, n;

	for (unsigned i = 0; i < 4; i++) {
		n = ir_op2(b, IR_SUB, ir_ldi(b, (int64_t)step[i].above), v); /* negative: above */
		n = ir_op2i(b, IR_SHL, ir_op2i(b, IR_SHR, n, 63), step[i].log);
		v = ir_op2(b, IR_SHR, v, n);
		bits = bits ? ir_op2(b, IR_OR, bits, n) : n;
	}
	n = ir_op2(b, IR_SHR, ir_ldi(b, 0x4444444433332210), ir_op2i(b, IR_SHL, v, 2));
	return ir_op2(b, IR_ADD, bits, ir_op2i(b, IR_AND, n, 7));
}

/* Bucket 63 is 0; v > 0 is as far above it as v has bits, v < 0 as far below. INT64_MIN has one bit
 * too many, gives -1, and counts as the lowest. */
static void quantize_lower(struct dt_lower *lw, const struct dt_expr *assign, struct dt_val *out)
{
	const struct dt_expr *call = assign->b;
	struct ir_builder *b = &lw->b;
	ir_reg v = dt_lower_int(lw, dt_arg(call, 0)), incr = increment(lw, call, 1);
	ir_reg sign = ir_op2i(b, IR_SAR, v, 63);
	ir_reg bits = bit_length(b, negate_if(b, v, sign));

	(void)out;
	bump(lw, assign, ir_op2i(b, IR_ADD, negate_if(b, bits, sign), DT_QUANT_ZERO), incr,
	     DT_QUANT_BUCKETS - 1, 0);
}

/* 0: below base; 1..n: levels; n + 1: limit and above. */
static void lquantize_lower(struct dt_lower *lw, const struct dt_expr *assign, struct dt_val *out)
{
	const struct dt_expr *call = assign->b;
	const struct dt_agg *agg = assign->a->agg;
	int64_t base = agg->params[0], step = agg->params[2],
		levels = (agg->params[1] - base) / step;
	struct ir_builder *b = &lw->b;
	ir_reg v = dt_lower_int(lw, dt_arg(call, 0)), incr = increment(lw, call, 4),
	       idx = ir_newreg(b), d;
	struct ir_block *above = ir_block_new(b, "level"), *done = ir_block_new(b, "leveled");

	(void)out;
	ir_ldi_to(b, idx, 0);
	br_imm(b, IR_SLT, v, base, done, above);
	ir_at(b, above);
	d = base ? ir_op2i(b, IR_SUB, v, base) : v;
	if (step > 1)
		d = ir_op2i(b, IR_UDIV, d, step);
	ir_mov_to(b, idx, ir_op2i(b, IR_ADD, d, 1));
	ir_jmp(b, done);
	ir_at(b, done);
	bump(lw, assign, idx, incr, (uint32_t)levels + 1, (uint32_t)levels + 1);
}

/* Distance from the bucket of 0 by magnitude: a chain of comparisons, as many as there are
 * magnitudes. */
static void llquantize_lower(struct dt_lower *lw, const struct dt_expr *assign, struct dt_val *out)
{
	const struct dt_expr *call = assign->b;
	const int64_t *p = assign->a->agg->params;
	uint64_t factor = (uint64_t)p[0], steps = (uint64_t)p[3], low = 1, high, width;
	uint64_t per = steps - steps / factor, half = (uint64_t)(p[2] - p[1] + 1) * per, before = 0;
	struct ir_builder *b = &lw->b;
	ir_reg v = dt_lower_int(lw, dt_arg(call, 0)), incr = increment(lw, call, 5),
	       idx = ir_newreg(b);
	ir_reg sign = ir_op2i(b, IR_SAR, v, 63), abs = negate_if(b, v, sign), d;
	struct ir_block *here, *next, *done = ir_block_new(b, "quantized");

	(void)out;
	(void)power(factor, (uint64_t)p[1], &low);
	next = ir_block_new(b, "magnitude");
	ir_ldi_to(b, idx, 0);
	br_imm(b, IR_LT, abs, (int64_t)low, done, next);
	for (int64_t m = p[1]; m <= p[2]; m++, before += per, low = high) {
		high = low * factor;
		width = high / steps ? high / steps : 1;
		ir_at(b, next);
		here = ir_block_new(b, "in");
		next = ir_block_new(b, "above");
		br_imm(b, IR_LT, abs, (int64_t)high, here, next);
		ir_at(b, here);
		d = op_imm(b, IR_SUB, abs, low);
		if (width > 1)
			d = op_imm(b, IR_UDIV, d, width);
		ir_mov_to(b, idx, ir_op2i(b, IR_ADD, d, (int64_t)before + 1));
		ir_jmp(b, done);
	}
	ir_at(b, next);
	ir_ldi_to(b, idx, (int64_t)half + 1);
	ir_jmp(b, done);
	ir_at(b, done);
	bump(lw, assign, ir_op2i(b, IR_ADD, negate_if(b, idx, sign), (int64_t)half + 1), incr,
	     (uint32_t)(2 * half + 2), 0);
}

#define QUANT(fn, arguments)                \
	const struct dt_func dt_fn_##fn = { \
		.name = #fn,                \
		.kind = DT_FN_AGG,          \
		.ret = "void",              \
		.sig = arguments,           \
		.check = fn##_check,        \
		.lower = fn##_lower,        \
	}

QUANT(quantize, "e[e");
QUANT(lquantize, "eee[ee");
QUANT(llquantize, "eeeee[e");
