/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * C's integer rules: promotion, the usual arithmetic conversions, and truncation of values.
 */
#include "types/types.h"

/* The plain integer type behind t: an enum counts as the integer it is stored in. */
static const struct dt_type *as_int(struct dt_types *ts, const struct dt_type *t)
{
	t = dt_type_base(t);
	if (t->kind == TY_ENUM) {
		if (t->size == 8)
			return t->is_signed ? ts->t_long : ts->t_ulong;
		return t->size == 4 && !t->is_signed ? ts->t_uint : ts->t_int;
	}
	return t;
}

const struct dt_type *dt_conv_promote(struct dt_types *ts, const struct dt_type *t)
{
	const struct dt_type *b = as_int(ts, t);

	if (b->kind != TY_INT)
		return b;
	/* Everything narrower than int fits in int. */
	return b->size < 4 || b->rank < 4 ? ts->t_int : b;
}

const struct dt_type *dt_conv_arith(struct dt_types *ts, const struct dt_type *a,
				    const struct dt_type *b)
{
	const struct dt_type *x = dt_conv_promote(ts, a), *y = dt_conv_promote(ts, b), *s, *u;

	if (x->kind != TY_INT || y->kind != TY_INT)
		return ts->t_error;
	if (x->is_signed == y->is_signed)
		return x->rank >= y->rank ? x : y;
	s = x->is_signed ? x : y;
	u = x->is_signed ? y : x;
	if (u->rank >= s->rank)
		return u;
	if (s->size > u->size)
		return s;
	/* long long and unsigned long: neither can hold the other */
	return s->rank == 6 ? ts->t_ullong : ts->t_ulong;
}

int64_t dt_conv_value(const struct dt_type *t, int64_t v)
{
	uint64_t u = (uint64_t)v;
	unsigned shift;

	t = dt_type_base(t);
	if (t->kind == TY_INT && t->rank == 1)
		return v != 0;
	if ((t->kind != TY_INT && t->kind != TY_ENUM) || t->size == 0 || t->size >= 8)
		return v;
	shift = 64 - 8 * (unsigned)t->size;
	u <<= shift;
	return t->is_signed ? (int64_t)u >> shift : (int64_t)(u >> shift);
}
