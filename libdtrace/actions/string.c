/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions on strings. All work is done by bpf-runtime/string.c in a temporary of the slot: here
 * the arguments are brought into the slot and the temporary is set aside, as large as the function
 * says there. Results are offsets in the slot. NULL and the empty string are the same for D's
 * strings, so what strchr() and its kin return when they find nothing is an empty string.
 */
#include "actions/actions.h"

/* Arguments 0 to n - 1 are strings. */
static bool want_strings(struct dt_sema *s, struct dt_expr *call, uint32_t n)
{
	for (uint32_t i = 0; i < n && i < call->list.n; i++) {
		if (dt_is_poisoned(call->list.v[i]))
			return false;
		if (!dt_sema_want_string(s, &call->list.v[i])) {
			dt_error(s->diags, call->list.v[i]->span, D_PROTO_ARG,
				 "%s( ) argument #%u is incompatible with prototype:\n"
				 "\tprototype: string\n\t argument: %s",
				 call->func->name, i + 1,
				 dt_type_str(s->arena, call->list.v[i]->type));
			return false;
		}
	}
	return true;
}

static bool check1(struct dt_sema *s, struct dt_expr *call)
{
	return want_strings(s, call, 1);
}

static bool check2(struct dt_sema *s, struct dt_expr *call)
{
	return want_strings(s, call, 2);
}

static ir_reg string_arg(struct dt_lower *lw, const struct dt_expr *call, uint32_t n)
{
	struct dt_val v = {0};

	dt_lower_expr(lw, dt_arg(call, n), &v);
	return dt_lower_str_off(lw, &v);
}

/* A temporary of n strings (and what loops carry), as a register. */
static ir_reg string_temp(struct dt_lower *lw, uint32_t n)
{
	return ir_ldi(&lw->b, dt_lower_temp(lw, n * lw->cx->opts->strsize + 64));
}

/*
 * The kernel's verifier gives up when a function has left more than 8192 branches to look at later.
 * A search leaves some for each byte that a string can have: beyond `most` bytes it would be
 * refused, so that is said here, where the call is known.
 */
static void strsize_at_most(struct dt_lower *lw, const struct dt_expr *call, uint32_t most)
{
	if (lw->cx->opts->strsize <= most)
		return;
	dt_error(lw->cx->diags, call->span, D_UNKNOWN,
		 "%s( ) cannot work on strings of %u bytes (option strsize): the kernel's verifier "
		 "follows it up to %u",
		 call->func->name, lw->cx->opts->strsize, most)
		->hint = "set strsize lower";
}

#define MOST_PATH  2700 /* basename, dirname */
#define MOST_CHR   8000
#define MOST_RCHR  4000
#define MOST_CASE  4000
#define MOST_INDEX 360

static void string_result(struct dt_lower *lw, struct dt_val *out, ir_reg off)
{
	*out = (struct dt_val){.kind = VAL_SLOTDYN, .reg = off, .cap = lw->cx->opts->strsize};
}

/* ------------------------------------------------------------------ one string in */

static void strlen_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	ir_reg s = string_arg(lw, call, 0);

	dt_val_int(out, IR_CALL_RT(&lw->b, "dt_rt_strlen", lw->slot_no, string_temp(lw, 1), s));
}

static void basename_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	ir_reg s = string_arg(lw, call, 0);

	strsize_at_most(lw, call, MOST_PATH);
	string_result(lw, out,
		      IR_CALL_RT(&lw->b, "dt_rt_basename", lw->slot_no, string_temp(lw, 1), s));
}

static void dirname_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	ir_reg s = string_arg(lw, call, 0);

	strsize_at_most(lw, call, MOST_PATH);
	string_result(lw, out,
		      IR_CALL_RT(&lw->b, "dt_rt_dirname", lw->slot_no, string_temp(lw, 1), s));
}

static void case_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out,
		       char first)
{
	ir_reg s = string_arg(lw, call, 0), tmp = string_temp(lw, 1);

	strsize_at_most(lw, call, MOST_CASE);
	string_result(
		lw, out,
		IR_CALL_RT(&lw->b, "dt_rt_strcase", lw->slot_no, tmp, s, ir_ldi(&lw->b, first)));
}

static void tolower_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	case_lower(lw, call, out, 'A');
}

static void toupper_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	case_lower(lw, call, out, 'a');
}

static void chr_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out,
		      const char *fn, uint32_t most)
{
	ir_reg s = string_arg(lw, call, 0), c = dt_lower_int(lw, dt_arg(call, 1));

	strsize_at_most(lw, call, most);
	string_result(lw, out, IR_CALL_RT(&lw->b, fn, lw->slot_no, string_temp(lw, 1), s, c));
}

static void strchr_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	chr_lower(lw, call, out, "dt_rt_strchr", MOST_CHR);
}

static void strrchr_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	chr_lower(lw, call, out, "dt_rt_strrchr", MOST_RCHR);
}

static void substr_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	struct ir_builder *b = &lw->b;
	ir_reg s = string_arg(lw, call, 0), start = dt_lower_int(lw, dt_arg(call, 1)), len;

	len = dt_arg(call, 2) ? dt_lower_int(lw, dt_arg(call, 2)) : ir_ldi(b, INT64_MAX);
	string_result(
		lw, out,
		IR_CALL_RT(b, "dt_rt_substr", lw->slot_no, string_temp(lw, 1), s, start, len));
}

/* ------------------------------------------------------------------ two strings in */

static void strjoin_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	ir_reg a = string_arg(lw, call, 0), c = string_arg(lw, call, 1);

	string_result(lw, out,
		      IR_CALL_RT(&lw->b, "dt_rt_strjoin", lw->slot_no, string_temp(lw, 2), a, c));
}

/* dt_rt_index's last argument: bit 32 from the right, bit 33 the position is given. */
static ir_reg find(struct dt_lower *lw, const struct dt_expr *call, bool right, ir_reg tmp)
{
	struct ir_builder *b = &lw->b;
	ir_reg a = string_arg(lw, call, 0), c = string_arg(lw, call, 1), how;

	strsize_at_most(lw, call, MOST_INDEX);
	if (dt_arg(call, 2)) {
		how = ir_ext(b, dt_lower_int(lw, dt_arg(call, 2)), 4, false);
		how = ir_op2(b, IR_OR, how, ir_ldi(b, (right ? 3ll : 2ll) << 32));
	} else {
		how = ir_ldi(b, (right ? 1ll : 0ll) << 32);
	}
	return IR_CALL_RT(b, "dt_rt_index", lw->slot_no, tmp, a, c, how);
}

static void index_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	dt_val_int(out, find(lw, call, false, string_temp(lw, 4)));
}

static void rindex_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	dt_val_int(out, find(lw, call, true, string_temp(lw, 4)));
}

/* The runtime has copied the first string to 64 bytes into the temporary: the result is in that
 * copy. The first byte of the temporary becomes the empty string if there is none. */
static void strstr_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *yes = ir_block_new(b, "found"), *no = ir_block_new(b, "absent"),
			*done = ir_block_new(b, "strstr");
	uint32_t tmp = dt_lower_temp(lw, 4 * lw->cx->opts->strsize + 64);
	ir_reg pos = find(lw, call, false, ir_ldi(b, tmp)), at = ir_newreg(b);

	ir_bri(b, IR_SLT, pos, 0, no, yes);
	ir_at(b, no);
	ir_storei(b, 1, lw->slot, (int32_t)tmp, 0);
	ir_ldi_to(b, at, tmp);
	ir_jmp(b, done);
	ir_at(b, yes);
	ir_mov_to(b, at, ir_op2i(b, IR_ADD, pos, (int64_t)tmp + 64));
	ir_jmp(b, done);
	ir_at(b, done);
	string_result(lw, out, at);
}

/* ------------------------------------------------------------------ table */

#define STRING(fn, result, arguments, checker) \
	const struct dt_func dt_fn_##fn = {    \
		.name = #fn,                   \
		.kind = DT_FN_SUBR,            \
		.ret = result,                 \
		.sig = arguments,              \
		.check = checker,              \
		.lower = fn##_lower,           \
	}

STRING(basename, "string", "s", check1);
STRING(dirname, "string", "s", check1);
STRING(index, "int", "ss[i", check2);
STRING(rindex, "int", "ss[i", check2);
STRING(strchr, "string", "si", check1);
STRING(strjoin, "string", "ss", check2);
STRING(strlen, "size_t", "s", check1);
STRING(strrchr, "string", "si", check1);
STRING(strstr, "string", "ss", check2);
STRING(substr, "string", "si[i", check1);
STRING(tolower, "string", "s", check1);
STRING(toupper, "string", "s", check1);
