/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arithmetic on constants, exactly as the generated code does it: in 64 bits, the result truncated
 * to its type.
 */
#include "sema/check.h"

bool dt_fold_binary(enum dt_op op, const struct dt_type *t, int64_t a, int64_t b, int64_t *out)
{
	uint64_t ua = (uint64_t)a, ub = (uint64_t)b, r = 0;
	bool sg = dt_type_is_signed(t);

	switch (op) {
	case OP_ADD: r = ua + ub; break;
	case OP_SUB: r = ua - ub; break;
	case OP_MUL: r = ua * ub; break;
	case OP_DIV:
		if (!b)
			return false;
		r = !sg ? ua / ub : b == -1 ? -ua : (uint64_t)(a / b);
		break;
	case OP_MOD:
		if (!b)
			return false;
		r = !sg ? ua % ub : b == -1 ? 0 : (uint64_t)(a % b);
		break;
	case OP_AND: r = ua & ub; break;
	case OP_OR: r = ua | ub; break;
	case OP_XOR: r = ua ^ ub; break;
	case OP_SHL: r = ua << (ub & 63); break;
	case OP_SHR: r = sg ? (uint64_t)(a >> (ub & 63)) : ua >> (ub & 63); break;
	/* the rest give 0 or 1 */
	case OP_EQ: *out = a == b; return true;
	case OP_NE: *out = a != b; return true;
	case OP_LT: *out = sg ? a < b : ua < ub; return true;
	case OP_LE: *out = sg ? a <= b : ua <= ub; return true;
	case OP_GT: *out = sg ? a > b : ua > ub; return true;
	case OP_GE: *out = sg ? a >= b : ua >= ub; return true;
	case OP_LAND: *out = a && b; return true;
	case OP_LOR: *out = a || b; return true;
	case OP_LXOR: *out = !a != !b; return true;
	default: break;
	}
	*out = dt_conv_value(t, (int64_t)r);
	return true;
}

int64_t dt_fold_unary(enum dt_op op, const struct dt_type *t, int64_t a)
{
	switch (op) {
	case OP_NEG: return dt_conv_value(t, (int64_t) - (uint64_t)a);
	case OP_BNOT: return dt_conv_value(t, ~a);
	case OP_LNOT: return !a;
	default: return dt_conv_value(t, a);
	}
}

void dt_fold_set(struct dt_expr *e, const struct dt_type *t, int64_t v)
{
	e->kind = E_INT;
	e->type = t;
	e->ival = v;
	e->is_const = true;
	e->op = OP_NONE;
	e->a = e->b = e->c = NULL;
	e->list.n = 0;
	e->space = SP_NONE;
}
