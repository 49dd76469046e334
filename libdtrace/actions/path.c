/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * d_path(): where a file is; copyinargs(): a process's arguments. The loops are in
 * bpf-runtime/path.c. They are for the system's libraries first of all (fi_pathname, pr_psargs).
 */
#include "actions/actions.h"

/* ------------------------------------------------------------------ d_path (S-46) */

/* What the argument points to, or NULL. */
static const char *pointee(const struct dt_expr *e)
{
	const struct dt_type *t = dt_type_base(e->type);

	t = t->kind == TY_PTR && e->space != SP_SCRATCH ? dt_type_base(t->to) : t;
	return t->kind == TY_STRUCT ? t->name : NULL;
}

static bool d_path_check(struct dt_sema *s, struct dt_expr *call)
{
	const struct dt_expr *e = dt_arg(call, 0);
	const char *what;

	if (dt_is_poisoned(e))
		return false;
	what = dt_type_is_ptr(e->type) ? pointee(e) : NULL;
	if (what && (!strcmp(what, "path") || !strcmp(what, "dentry")))
		return true;
	dt_error(s->diags, e->span, D_PROTO_ARG,
		 "d_path( ) argument #1 must be a struct path * or struct dentry *, not %s",
		 dt_type_str(s->arena, e->type));
	return false;
}

/* The members' offsets as dt_rt_path takes them, in its order; -1 after reporting. */
static int64_t path_offsets(struct dt_lower *lw, struct dt_span at)
{
	static const char *const members[][2] = {
		{"dentry", "d_parent"}, {"dentry", "d_name"},    {"vfsmount", "mnt_root"},
		{"mount", "mnt"},       {"mount", "mnt_parent"}, {"mount", "mnt_mountpoint"},
	};
	struct dt_types *ts = lw->cx->sema->types;
	uint64_t all = 0;

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const struct dt_type *t = dt_types_lookup(ts, "vmlinux", TY_STRUCT, members[i][0]);
		struct dt_member m;

		if (!t || !dt_type_member(ts, t, members[i][1], &m) || m.bit_off / 8 > 0x3ff) {
			dt_error(lw->cx->diags, at, D_SYM_NOTYPES,
				 "the kernel's type information has no %s.%s", members[i][0],
				 members[i][1]);
			return -1;
		}
		all |= (uint64_t)(m.bit_off / 8) << 10 * i;
	}
	return (int64_t)all;
}

static ir_reg path_member(struct dt_lower *lw, ir_reg path, const char *name)
{
	struct dt_types *ts = lw->cx->sema->types;
	const struct dt_type *t = dt_types_lookup(ts, "vmlinux", TY_STRUCT, "path");
	struct dt_member m;

	if (!t || !dt_type_member(ts, t, name, &m))
		return ir_ldi(&lw->b, 0);
	return dt_lower_read(lw, SP_KERNEL, ir_op2i(&lw->b, IR_ADD, path, m.bit_off / 8), 8, false);
}

static void d_path_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	const struct dt_expr *e = dt_arg(call, 0);
	struct ir_builder *b = &lw->b;
	ir_reg mount = ir_ldi(b, 0), entry = dt_lower_int(lw, e), tmp, path = entry;
	int64_t offsets = path_offsets(lw, call->span);

	if (!strcmp(pointee(e), "path")) {
		mount = path_member(lw, path, "mnt");
		entry = path_member(lw, path, "dentry");
	}
	tmp = ir_ldi(b, dt_lower_temp(lw, 2 * lw->cx->opts->strsize + 64));
	*out = (struct dt_val){.kind = VAL_SLOTDYN, .cap = lw->cx->opts->strsize};
	out->reg = IR_CALL_RT(b, "dt_rt_path", lw->slot_no, tmp, mount, entry, ir_ldi(b, offsets));
}

const struct dt_func dt_fn_d_path = {
	.name = "d_path",
	.kind = DT_FN_SUBR,
	.ret = "string",
	.sig = "e",
	.check = d_path_check,
	.lower = d_path_lower,
};

/* ------------------------------------------------------------------ copyinargs */

static void copyinargs_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	ir_reg addr = dt_lower_int(lw, dt_arg(call, 0)), size = dt_lower_int(lw, dt_arg(call, 1));
	ir_reg tmp = ir_ldi(&lw->b, dt_lower_temp(lw, lw->cx->opts->strsize + 64));

	*out = (struct dt_val){.kind = VAL_SLOTDYN, .cap = lw->cx->opts->strsize};
	out->reg = IR_CALL_RT(&lw->b, "dt_rt_strlist", lw->slot_no, tmp, addr, size);
}

const struct dt_func dt_fn_copyinargs = {
	.name = "copyinargs",
	.kind = DT_FN_SUBR,
	.ret = "string",
	.sig = "pi",
	.lower = copyinargs_lower,
};
