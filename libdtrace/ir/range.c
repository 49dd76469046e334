/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How large a value can be, from the instructions it is made by: a few steps back, each of which
 * says something only if it cannot overflow. Registers set more than once may be anything.
 *
 * This knows less than the kernel's verifier, which sees the branches too: so nothing is concluded
 * from it that the verifier could not conclude as well.
 */
#include "ir/ir.h"

#define STEPS   8
#define UNKNOWN UINT64_MAX

static uint64_t umax(struct ir_inst *const *def, const struct ir_inst *i, unsigned steps);

static uint64_t of_reg(struct ir_inst *const *def, ir_reg r, unsigned steps)
{
	return r && def[r] && steps ? umax(def, def[r], steps - 1) : UNKNOWN;
}

/* All bits up to the highest of v. */
static uint64_t mask_of(uint64_t v)
{
	return v ? UINT64_MAX >> __builtin_clzll(v) : 0;
}

static uint64_t of_op2(const struct ir_inst *i, uint64_t x, uint64_t y)
{
	bool known = i->has_imm; /* y is not only the most, but the value */
	uint64_t r;

	switch ((enum ir_op)i->op) {
	case IR_AND: return x < y ? x : y;
	case IR_OR:
	case IR_XOR: return mask_of(x | y);
	case IR_ADD: return __builtin_add_overflow(x, y, &r) ? UNKNOWN : r;
	case IR_MUL: return __builtin_mul_overflow(x, y, &r) ? UNKNOWN : r;
	case IR_SAR:
		if (x > INT64_MAX)
			return UNKNOWN;
		return known ? x >> (y & 63) : x;
	case IR_SHR: return known ? x >> (y & 63) : x;
	case IR_SHL:
		if (y > 63)
			return known ? of_op2(&(struct ir_inst){.op = IR_SHL, .has_imm = true}, x,
					      y & 63)
				     : UNKNOWN;
		return x << y >> y == x ? x << y : UNKNOWN;
	case IR_UDIV: return known && y ? x / y : x;
	case IR_UMOD:
		if (!known || !y)
			return x; /* x % 0 is x */
		return x < y ? x : y - 1;
	default: return UNKNOWN;
	}
}

static uint64_t umax(struct ir_inst *const *def, const struct ir_inst *i, unsigned steps)
{
	uint64_t x, all = i->size && i->size < 8 ? (1ull << 8 * i->size) - 1 : UNKNOWN;

	switch ((enum ir_op)i->op) {
	case IR_LDI: return (uint64_t)i->imm;
	case IR_MOV: return of_reg(def, i->a, steps);
	case IR_SETCC: return 1;
	case IR_LOAD: return i->is_signed ? UNKNOWN : all;
	case IR_BSWAP: return all;
	case IR_EXT:
		x = of_reg(def, i->a, steps);
		if (i->is_signed)
			return x <= all / 2 ? x : UNKNOWN;
		return x < all ? x : all;
	case IR_SUB: /* from a constant that nothing to be subtracted is larger than */
		if (i->has_imm || !def[i->a] || def[i->a]->op != IR_LDI)
			return UNKNOWN;
		x = (uint64_t)def[i->a]->imm;
		return of_reg(def, i->b, steps) <= x ? x : UNKNOWN;
	default:
		if (!ir_is_op2(i->op))
			return UNKNOWN;
		x = of_reg(def, i->a, steps);
		return of_op2(i, x, i->has_imm ? (uint64_t)i->imm : of_reg(def, i->b, steps));
	}
}

uint64_t ir_umax(struct ir_inst *const *def, const struct ir_inst *i)
{
	return umax(def, i, STEPS);
}
