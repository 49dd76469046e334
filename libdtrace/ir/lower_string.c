/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strings. A value says where its bytes are (enum dt_val_kind) and they stay there until something
 * needs them elsewhere: a record, a key, a variable, or the slot for the functions of bpf-runtime.
 *
 * Comparing: two ids by number; a literal with bytes inline, eight at a time, including its NUL (so
 * that what follows it does not matter); anything else by dt_rt_strcmp in the slot.
 */
#include "ir/lower_priv.h"

#define INLINE_MAX 64 /* bytes of a literal stored or compared inline */
#define SLOT_MASK                                                                      \
	0xffffffll /* keeps an offset where the verifier lets it be added to a pointer \
		    */

void dt_lower_str_lit(struct dt_lower *lw, const char *s, size_t len, struct dt_val *out)
{
	len = strnlen(s, len);
	*out = (struct dt_val){.kind = VAL_STRID, .lit = s, .litlen = (uint32_t)len};
	out->cap = (uint32_t)len + 1;
	out->reg = ir_ldi(&lw->b, dt_strtab_add(lw->cx->strtab, s, len));
}

/* The string at an address. */
void dt_lower_str_at(struct dt_lower *lw, enum dt_space space, ir_reg addr, uint32_t cap,
		     struct dt_val *out)
{
	(void)lw;
	*out = (struct dt_val){.reg = addr, .cap = cap, .space = space};
	out->kind = space == SP_SCRATCH ? VAL_SLOTDYN : space == SP_USER ? VAL_USTR : VAL_KSTR;
}

/* The next piece of a literal (with its NUL, then zeroes) as a number; returns its size. */
static unsigned piece(const char *s, uint32_t len, uint32_t at, uint32_t end, uint64_t *word)
{
	unsigned n = end - at >= 8 ? 8 : end - at >= 4 ? 4 : end - at >= 2 ? 2 : 1;
	unsigned char bytes[8] = {0};

	for (unsigned i = 0; i < n && at + i < len; i++)
		bytes[i] = (unsigned char)s[at + i];
	*word = 0;
	memcpy(word, bytes, n);
	return n;
}

static void store_lit(struct dt_lower *lw, const struct dt_val *v, ir_reg dst, uint32_t off,
		      uint32_t cap)
{
	struct ir_builder *b = &lw->b;
	uint32_t len = v->litlen < cap ? v->litlen : cap - 1;
	uint64_t word;
	unsigned n;

	for (uint32_t at = 0; at < len + 1; at += n) {
		n = piece(v->lit, len, at, len + 1, &word);
		if ((int64_t)word == (int32_t)word)
			ir_storei(b, n, dst, (int32_t)(off + at), (int32_t)word);
		else
			ir_store(b, n, dst, (int32_t)(off + at), ir_ldi(b, (int64_t)word));
	}
}

/* Pointer to copy from, for those that are in memory of ours. */
static ir_reg source(struct dt_lower *lw, const struct dt_val *v)
{
	struct ir_builder *b = &lw->b;
	ir_reg off;

	switch (v->kind) {
	case VAL_STRID:
		off = ir_op2(b, IR_AND, v->reg, ir_ldconst(b, "strtab_mask"));
		return ir_op2(b, IR_ADD, ir_mapval(b, lw->cx->m_strtab, 0), off);
	case VAL_SLOTSTR: return ir_op2i(b, IR_ADD, lw->slot, v->off);
	case VAL_SLOTDYN: return ir_op2(b, IR_ADD, lw->slot, ir_op2i(b, IR_AND, v->reg, SLOT_MASK));
	case VAL_MEM: return v->off ? ir_op2i(b, IR_ADD, v->reg, v->off) : v->reg;
	default: return v->reg;
	}
}

void dt_lower_str_store(struct dt_lower *lw, const struct dt_val *v, ir_reg dst, uint32_t off,
			uint32_t cap, bool pad)
{
	struct ir_builder *b = &lw->b;
	uint32_t n = v->cap && v->cap < cap ? v->cap : cap;
	ir_reg to, err;
	bool user = v->kind == VAL_USTR || (v->kind == VAL_BLOB && v->space == SP_USER);

	if (!cap)
		return;
	if (pad)
		dt_lower_zero(lw, dst, off, cap);
	if (v->lit && n <= INLINE_MAX) {
		store_lit(lw, v, dst, off, cap);
		return;
	}
	if (v->kind == VAL_MEM && v->space == SP_NONE && v->cap && v->cap <= 16 && v->cap <= cap) {
		dt_lower_copy(lw, dst, off, v->cap, SP_NONE, source(lw, v));
		return;
	}
	if (v->kind == VAL_MEM && v->space != SP_NONE && n < cap)
		n++; /* a char array may be full, without a NUL: one is added */
	to = off ? ir_op2i(b, IR_ADD, dst, off) : dst;
	err = IR_CALL(b, user ? HLP_READ_USER_STR : HLP_READ_KERNEL_STR, to, ir_ldi(b, n),
		      source(lw, v));
	if (v->kind == VAL_KSTR || v->kind == VAL_USTR || v->kind == VAL_BLOB || v->kind == VAL_INT)
		dt_lower_fault_if(lw, IR_SLT, err, 0, DTRACEFLT_BADADDR, v->reg);
}

void dt_lower_str_slot(struct dt_lower *lw, struct dt_val *v)
{
	uint32_t size = lw->cx->sema->strsize, off;

	if (v->kind == VAL_SLOTSTR || v->kind == VAL_SLOTDYN)
		return;
	off = dt_lower_temp(lw, size);
	dt_lower_str_store(lw, v, lw->slot, off, size, false);
	*v = (struct dt_val){.kind = VAL_SLOTSTR, .off = off, .cap = size};
}

ir_reg dt_lower_str_off(struct dt_lower *lw, struct dt_val *v)
{
	dt_lower_str_slot(lw, v);
	return v->kind == VAL_SLOTDYN ? v->reg : ir_ldi(&lw->b, v->off);
}

/* ------------------------------------------------------------------ comparing */

static const enum ir_cond conds[] = {
	[OP_EQ] = IR_EQ,  [OP_NE] = IR_NE,  [OP_LT] = IR_SLT,
	[OP_LE] = IR_SLE, [OP_GT] = IR_SGT, [OP_GE] = IR_SGE,
};

/* Bytes that may be loaded from directly, with room for at least their capacity. */
static void readable(struct dt_lower *lw, struct dt_val *v)
{
	if (v->kind == VAL_SLOTSTR || (v->kind == VAL_MEM && v->space == SP_NONE && v->cap))
		return;
	if (v->kind == VAL_SLOTDYN) { /* anywhere in the slot, maybe near its end */
		uint32_t size = lw->cx->sema->strsize, off = dt_lower_temp(lw, size);

		dt_lower_str_store(lw, v, lw->slot, off, size, false);
		*v = (struct dt_val){.kind = VAL_SLOTSTR, .off = off, .cap = size};
		return;
	}
	dt_lower_str_slot(lw, v);
}

/* 1 if the bytes are the literal, else 0. */
static ir_reg equals_lit(struct dt_lower *lw, struct dt_val *v, const struct dt_val *lit)
{
	struct ir_builder *b = &lw->b;
	ir_reg base, w, diff = 0;
	uint64_t word;
	int32_t off;
	unsigned n;

	readable(lw, v);
	if (v->cap && lit->litlen + 1 > v->cap)
		return ir_ldi(b, 0); /* longer than the string can be */
	base = v->kind == VAL_SLOTSTR ? lw->slot : v->reg;
	off = (int32_t)v->off;
	for (uint32_t at = 0; at < lit->litlen + 1; at += n) {
		n = piece(lit->lit, lit->litlen, at, lit->litlen + 1, &word);
		w = ir_load(b, n, false, base, off + (int32_t)at);
		if (word)
			w = word <= INT32_MAX ? ir_op2i(b, IR_XOR, w, (int64_t)word)
					      : ir_op2(b, IR_XOR, w, ir_ldi(b, (int64_t)word));
		diff = diff ? ir_op2(b, IR_OR, diff, w) : w;
	}
	return ir_setcci(b, IR_EQ, diff, 0);
}

ir_reg dt_lower_str_cmp(struct dt_lower *lw, enum dt_op op, const struct dt_expr *ea,
			const struct dt_expr *eb)
{
	struct ir_builder *b = &lw->b;
	bool eq = op == OP_EQ || op == OP_NE;
	struct dt_val x, y;
	ir_reg r, s;

	dt_lower_expr(lw, ea, &x);
	dt_lower_expr(lw, eb, &y);
	if (eq && x.kind == VAL_STRID && y.kind == VAL_STRID)
		return ir_setcc(b, conds[op], x.reg, y.reg);
	if (eq && x.lit && x.litlen < INLINE_MAX)
		r = equals_lit(lw, &y, &x);
	else if (eq && y.lit && y.litlen < INLINE_MAX)
		r = equals_lit(lw, &x, &y);
	else {
		r = dt_lower_str_off(lw, &x);
		s = dt_lower_str_off(lw, &y);
		r = IR_CALL_RT(b, "dt_rt_strcmp", lw->slot_no, r, s);
		return ir_setcci(b, conds[op], r, 0);
	}
	return op == OP_NE ? ir_op2i(b, IR_XOR, r, 1) : r;
}

/* A string as a truth value: not empty. */
ir_reg dt_lower_str_true(struct dt_lower *lw, const struct dt_val *val)
{
	struct ir_builder *b = &lw->b;
	struct dt_val v = *val;
	ir_reg base;

	if (v.kind == VAL_STRID)
		return ir_setcci(b, IR_NE, v.reg, 0);
	readable(lw, &v);
	base = v.kind == VAL_SLOTSTR ? lw->slot : v.reg;
	return ir_setcci(b, IR_NE, ir_load(b, 1, false, base, (int32_t)v.off), 0);
}
