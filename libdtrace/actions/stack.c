/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stack() and ustack(): as statements they record a stack; as values (aggregation keys, arguments
 * of trace() and printf()) they only say which stack is wanted and how deep, and whoever has a
 * place for it takes it there.
 */
#include "actions/actions.h"
#include "consume/consume.h"

/* perf_event_max_stack's usual value is 127: the kernel gives no more; 1,024 is where sizes end. */
#define DT_STACK_MAX 1024

/* The number of frames asked for, or 0 after an error. */
static uint32_t frames_of(struct dt_sema *s, const struct dt_expr *call, uint32_t dflt,
			  enum dt_tag tag)
{
	const struct dt_expr *e = dt_arg(call, 0);

	if (!e)
		return dflt ? dflt : 1;
	if (dt_is_poisoned(e))
		return 0;
	if (!dt_is_const_int(e) || e->ival <= 0) {
		dt_error(s->diags, e->span, tag,
			 "%s( ) argument #1 must be a positive integer constant", call->func->name);
		return 0;
	}
	return e->ival > DT_STACK_MAX ? DT_STACK_MAX : (uint32_t)e->ival;
}

static bool stack_check(struct dt_sema *s, struct dt_expr *call)
{
	uint32_t n = frames_of(s, call, s->stackframes, D_STACK_SIZE);

	if (!n)
		return false;
	call->type = dt_type_stack_n(s->types, n, false);
	call->space = SP_KERNEL;
	return true;
}

static bool ustack_check(struct dt_sema *s, struct dt_expr *call)
{
	uint32_t n = frames_of(s, call, s->ustackframes, D_USTACK_FRAMES);
	const struct dt_expr *str = dt_arg(call, 1);

	if (!n)
		return false;
	if (str && !dt_is_poisoned(str) && (!dt_is_const_int(str) || str->ival < 0)) {
		dt_error(s->diags, str->span, D_USTACK_STRSIZE,
			 "ustack( ) argument #2 must be a positive integer constant");
		return false;
	}
	call->type = dt_type_stack_n(s->types, n, true);
	call->space = SP_USER;
	return true;
}

static uint32_t stack_fields(struct dt_sema *s, const struct dt_expr *call, struct dt_field *out,
			     uint32_t max)
{
	struct dt_field f;

	if (!dt_field_of_expr(s, call, &f))
		return 0;
	if (max)
		*out = f;
	return 1;
}

static void stack_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	struct dt_val v = {
		.kind = VAL_STACK, .space = call->space, .cap = (uint32_t)call->type->size};
	struct dt_recact *act;

	if (out) {
		*out = v;
		return;
	}
	act = dt_lower_recact(lw, call);
	dt_lower_store_field(lw, &act->fields.v[0], &v, lw->record);
}

static int stack_print(struct dt_consumer *c, const struct dt_record *rec)
{
	const struct dt_field *f = rec->act->fields.v;

	return dt_out_stack(c, f, rec->data + f->off, c->opts.stackindent);
}

const struct dt_func dt_fn_stack = {
	.name = "stack",
	.kind = DT_FN_ACTION,
	.flags = DT_FF_RECORD | DT_FF_VALUE,
	.ret = "stack",
	.sig = "[e",
	.check = stack_check,
	.fields = stack_fields,
	.lower = stack_lower,
	.print = stack_print,
};

const struct dt_func dt_fn_ustack = {
	.name = "ustack",
	.kind = DT_FN_ACTION,
	.flags = DT_FF_RECORD | DT_FF_VALUE,
	.ret = "stack",
	.sig = "[ee",
	.check = ustack_check,
	.fields = stack_fields,
	.lower = stack_lower,
	.print = stack_print,
};
