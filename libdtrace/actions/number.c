/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions on numbers: byte order, numbers to strings and back, addresses, chance.
 */
#include "actions/actions.h"

#define HLP_PRANDOM_U32 7

/* ------------------------------------------------------------------ byte order (S-11..16) */

static void swap(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out, unsigned size)
{
	ir_reg v = dt_lower_int(lw, dt_arg(call, 0));

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	v = ir_bswap(&lw->b, v, size);
#else
	v = size < 8 ? ir_ext(&lw->b, v, size, false) : v;
#endif
	dt_val_int(out, v);
}

static void swap2(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	swap(lw, call, out, 2);
}

static void swap4(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	swap(lw, call, out, 4);
}

static void swap8(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	swap(lw, call, out, 8);
}

/* ------------------------------------------------------------------ chance (S-37) */

static void rand_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	struct ir_builder *b = &lw->b;

	(void)call;
	/* int, and as C's rand() not negative */
	dt_val_int(out, ir_op2i(b, IR_AND, ir_call(b, HLP_PRANDOM_U32, 0, NULL), 0x7fffffff));
}

/* ------------------------------------------------------------------ strings (S-19, S-23, S-24) */

static void slot_string(struct dt_val *out, ir_reg off, uint32_t cap)
{
	*out = (struct dt_val){.kind = VAL_SLOTDYN, .reg = off, .cap = cap};
}

static bool base_check(struct dt_sema *s, struct dt_expr *call)
{
	const struct dt_expr *e = dt_arg(call, 1);

	if (e && dt_is_const_int(e) && (e->ival < 2 || e->ival > 36)) {
		dt_error(s->diags, e->span, D_PROTO_ARG,
			 "%s( ) argument #2 is incompatible with prototype:\n"
			 "\tprototype: base, 2 to 36\n\t argument: %lld",
			 call->func->name, (long long)e->ival);
		return false;
	}
	return true;
}

static ir_reg base_arg(struct dt_lower *lw, const struct dt_expr *call)
{
	return dt_arg(call, 1) ? dt_lower_int(lw, dt_arg(call, 1)) : ir_ldi(&lw->b, 10);
}

static void lltostr_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	ir_reg v = dt_lower_int(lw, dt_arg(call, 0)), base = base_arg(lw, call);
	ir_reg tmp = ir_ldi(&lw->b, dt_lower_temp(lw, 72));

	slot_string(out, IR_CALL_RT(&lw->b, "dt_rt_lltostr", lw->slot_no, tmp, v, base), 72);
}

static bool strtoll_check(struct dt_sema *s, struct dt_expr *call)
{
	return !dt_is_poisoned(dt_arg(call, 0)) && dt_sema_want_string(s, &call->list.v[0]) &&
	       base_check(s, call);
}

static void strtoll_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	struct dt_val v = {0};
	ir_reg s, base, tmp;

	dt_lower_expr(lw, dt_arg(call, 0), &v);
	s = dt_lower_str_off(lw, &v);
	base = base_arg(lw, call);
	tmp = ir_ldi(&lw->b, dt_lower_temp(lw, 120));
	dt_val_int(out, IR_CALL_RT(&lw->b, "dt_rt_strtoll", lw->slot_no, tmp, s, base));
}

static void inet_ntoa_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	const struct dt_expr *e = dt_arg(call, 0);
	ir_reg addr = dt_lower_int(lw, e), tmp;

	addr = dt_lower_read(lw, e->space == SP_NONE ? SP_KERNEL : e->space, addr, 4, false);
	tmp = ir_ldi(&lw->b, dt_lower_temp(lw, 16));
	slot_string(out, IR_CALL_RT(&lw->b, "dt_rt_inet_ntoa", lw->slot_no, tmp, addr), 16);
}

/* ------------------------------------------------------------------ table */

#define NUMBER(fn, result, arguments, checker, code) \
	const struct dt_func dt_fn_##fn = {          \
		.name = #fn,                         \
		.kind = DT_FN_SUBR,                  \
		.ret = result,                       \
		.sig = arguments,                    \
		.check = checker,                    \
		.lower = code,                       \
	}

/* Never called: sema makes it a constant. */
const struct dt_func dt_fn_defined = {
	.name = "defined", .kind = DT_FN_SUBR, .flags = DT_FF_TEST, .ret = "int", .sig = "e"};

NUMBER(htons, "uint16_t", "i", NULL, swap2);
NUMBER(htonl, "uint32_t", "i", NULL, swap4);
NUMBER(htonll, "uint64_t", "i", NULL, swap8);
NUMBER(ntohs, "uint16_t", "i", NULL, swap2);
NUMBER(ntohl, "uint32_t", "i", NULL, swap4);
NUMBER(ntohll, "uint64_t", "i", NULL, swap8);
NUMBER(rand, "int", "", NULL, rand_lower);
NUMBER(inet_ntoa, "string", "p", NULL, inet_ntoa_lower);
NUMBER(lltostr, "string", "i[i", base_check, lltostr_lower);
NUMBER(strtoll, "int64_t", "s[i", strtoll_check, strtoll_lower);
