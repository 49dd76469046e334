/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scratch memory: alloca(), copyin(), copyinto(), bcopy(); and copyinstr(), which copies nothing:
 * its value says where in user memory the string is, and it is read straight to where it is wanted.
 *
 * A scratch pointer is an offset in the firing's slot. A pointer argument of another kind than the
 * function can work on is an error at compile time.
 */
#include "actions/actions.h"

static bool scratch_result(struct dt_sema *s, struct dt_expr *call)
{
	(void)s;
	call->space = SP_SCRATCH;
	return true;
}

/* Argument n must point into scratch memory. */
static bool want_scratch(struct dt_sema *s, const struct dt_expr *call, uint32_t n)
{
	const struct dt_expr *e = dt_arg(call, n);

	if (dt_is_poisoned(e))
		return false;
	if (e->space != SP_SCRATCH) {
		dt_error(s->diags, e->span, D_PROTO_ARG,
			 "%s( ) argument #%u is incompatible with prototype:\n"
			 "\tprototype: pointer from alloca( ) or copyin( )\n\t argument: %s",
			 call->func->name, n + 1, dt_type_str(s->arena, e->type));
		return false;
	}
	return true;
}

/* ------------------------------------------------------------------ alloca (S-01) */

static bool alloca_check(struct dt_sema *s, struct dt_expr *call)
{
	const struct dt_expr *e = dt_arg(call, 0);

	if (dt_is_poisoned(e))
		return false;
	if (dt_is_const_int(e) && (e->ival < 0 || (uint64_t)e->ival > s->scratchsize)) {
		dt_error(s->diags, e->span, D_ALLOCA_SIZE,
			 "alloca( ) size of %lld bytes is more than there is scratch space (%u "
			 "bytes)",
			 (long long)e->ival, s->scratchsize)
			->hint = "option scratchsize sets how much there is";
		return false;
	}
	return scratch_result(s, call);
}

static void alloca_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	ir_reg size = dt_lower_int(lw, dt_arg(call, 0));
	ir_reg off = IR_CALL_RT(&lw->b, "dt_rt_alloca", lw->slot_no, size);

	dt_lower_fault_if(lw, IR_EQ, off, 0, DTRACEFLT_NOSCRATCH, 0);
	dt_val_int(out, off);
}

const struct dt_func dt_fn_alloca = {
	.name = "alloca",
	.kind = DT_FN_SUBR,
	.ret = "void *",
	.sig = "i",
	.check = alloca_check,
	.lower = alloca_lower,
};

/* ------------------------------------------------------------------ copyin, copyinto, bcopy
 * (S-05..08) */

static void copyin_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	ir_reg addr = dt_lower_int(lw, dt_arg(call, 0)), size = dt_lower_int(lw, dt_arg(call, 1));
	ir_reg off = IR_CALL_RT(&lw->b, "dt_rt_copyin", lw->slot_no, addr, size);

	dt_lower_fault_if(lw, IR_EQ, off, 0, DTRACEFLT_NOSCRATCH, 0);
	dt_lower_fault_if(lw, IR_EQ, off, -1, DTRACEFLT_BADADDR, addr);
	dt_val_int(out, off);
}

const struct dt_func dt_fn_copyin = {
	.name = "copyin",
	.kind = DT_FN_SUBR,
	.ret = "void *",
	.sig = "pi",
	.check = scratch_result,
	.lower = copyin_lower,
};

static bool copyinto_check(struct dt_sema *s, struct dt_expr *call)
{
	return want_scratch(s, call, 2);
}

static void copyinto_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	ir_reg addr = dt_lower_int(lw, dt_arg(call, 0)), size = dt_lower_int(lw, dt_arg(call, 1)),
	       dst = dt_lower_int(lw, dt_arg(call, 2));
	ir_reg err = IR_CALL_RT(&lw->b, "dt_rt_copyinto", lw->slot_no, dst, addr, size);

	(void)out;
	dt_lower_fault_if(lw, IR_NE, err, 0, DTRACEFLT_BADADDR, addr);
}

const struct dt_func dt_fn_copyinto = {
	.name = "copyinto",
	.kind = DT_FN_SUBR,
	.ret = "void",
	.sig = "pip",
	.check = copyinto_check,
	.lower = copyinto_lower,
};

static bool bcopy_check(struct dt_sema *s, struct dt_expr *call)
{
	return want_scratch(s, call, 1);
}

static void bcopy_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	const struct dt_expr *from = dt_arg(call, 0);
	const char *fn = from->space == SP_SCRATCH ? "dt_rt_scopy"
			 : from->space == SP_USER  ? "dt_rt_copyinto"
						   : "dt_rt_bcopy";
	ir_reg src = dt_lower_int(lw, from), dst = dt_lower_int(lw, dt_arg(call, 1)),
	       size = dt_lower_int(lw, dt_arg(call, 2));
	ir_reg err = IR_CALL_RT(&lw->b, fn, lw->slot_no, dst, src, size);

	(void)out;
	dt_lower_fault_if(lw, IR_NE, err, 0, DTRACEFLT_BADADDR, src);
}

const struct dt_func dt_fn_bcopy = {
	.name = "bcopy",
	.kind = DT_FN_SUBR,
	.ret = "void",
	.sig = "ppi",
	.check = bcopy_check,
	.lower = bcopy_lower,
};

/* ------------------------------------------------------------------ copyinstr (S-07) */

/*
 * copyinstr(addr): a string in user memory, not yet read. copyinstr(addr, max): at most max bytes
 * of it; when max is not constant the string has to be cut, so it is read into the slot and cut
 * there.
 */
static void copyinstr_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	const struct dt_expr *max = dt_arg(call, 1);
	uint32_t strsize = lw->cx->opts->strsize, tmp;
	struct dt_val v = {.kind = VAL_USTR, .space = SP_USER, .cap = strsize};
	ir_reg r, off;

	v.reg = dt_lower_int(lw, dt_arg(call, 0));
	if (!max) {
		*out = v;
		return;
	}
	if (max->is_const) {
		if (max->ival < 0)
			v.cap = 1;
		else if ((uint64_t)max->ival + 1 < strsize)
			v.cap = (uint32_t)max->ival + 1;
		*out = v;
		return;
	}
	r = dt_lower_int(lw, max);
	off = dt_lower_str_off(lw, &v);
	tmp = dt_lower_temp(lw, strsize);
	r = IR_CALL_RT(&lw->b, "dt_rt_strcut", lw->slot_no, ir_ldi(&lw->b, tmp), off, r);
	*out = (struct dt_val){.kind = VAL_SLOTDYN, .reg = r, .cap = strsize};
}

const struct dt_func dt_fn_copyinstr = {
	.name = "copyinstr",
	.kind = DT_FN_SUBR,
	.ret = "string",
	.sig = "p[i",
	.lower = copyinstr_lower,
};
