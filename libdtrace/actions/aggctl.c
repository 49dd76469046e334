/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clear(), trunc(), normalize(), denormalize(): the consumer's table of aggregations is changed
 * when it meets the record, so that they happen in the order of the records (AGG-13, AGG-14).
 */
#include "actions/actions.h"
#include "consume/consume.h"

/* call->action: which aggregation, and the number if it is constant (then it isn't recorded). */
struct aggctl {
	uint32_t id;
	bool has_num, is_const;
	int64_t num;
};

static bool aggctl_check(struct dt_sema *s, struct dt_expr *call, enum dt_tag arg_tag,
			 enum dt_tag bad_tag, enum dt_tag num_tag)
{
	struct dt_expr *e = dt_arg(call, 0), *num = dt_arg(call, 1);
	struct aggctl *a = DT_NEW(s->arena, struct aggctl);
	struct dt_agg *agg;

	if (e->kind != E_AGG) {
		if (!dt_is_poisoned(e))
			dt_error(s->diags, e->span, arg_tag,
				 "%s( ) argument #1 is incompatible with prototype:\n"
				 "\tprototype: aggregation\n\t argument: %s",
				 call->func->name, dt_type_str(s->arena, e->type));
		return false;
	}
	agg = dt_sema_agg(s, e, bad_tag);
	if (!agg)
		return false;
	a->id = agg->id;
	if (num) {
		if (dt_is_poisoned(num))
			return false;
		if (num->kind == E_AGG || !dt_type_is_int(num->type)) {
			dt_error(s->diags, num->span, num_tag,
				 "%s( ) argument #2 must be of scalar type", call->func->name);
			return false;
		}
		a->has_num = true;
		a->is_const = num->is_const;
		a->num = num->ival;
	}
	call->action = a;
	return true;
}

static bool clear_check(struct dt_sema *s, struct dt_expr *call)
{
	return aggctl_check(s, call, D_CLEAR_AGGARG, D_CLEAR_AGGBAD, D_UNKNOWN);
}

static bool trunc_check(struct dt_sema *s, struct dt_expr *call)
{
	return aggctl_check(s, call, D_TRUNC_AGGARG, D_TRUNC_AGGBAD, D_TRUNC_SCALAR);
}

static bool normalize_check(struct dt_sema *s, struct dt_expr *call)
{
	return aggctl_check(s, call, D_NORMALIZE_AGGARG, D_NORMALIZE_AGGBAD, D_NORMALIZE_SCALAR);
}

static uint32_t aggctl_fields(struct dt_sema *s, const struct dt_expr *call, struct dt_field *out,
			      uint32_t max)
{
	const struct aggctl *a = call->action;

	return a->has_num && !a->is_const ? dt_fields_of_args(s, call, 1, out, max) : 0;
}

static void aggctl_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	const struct aggctl *a = call->action;

	(void)out;
	if (a->has_num && !a->is_const)
		dt_store_args(lw, call, 1);
}

static int64_t aggctl_num(const struct dt_record *rec)
{
	const struct aggctl *a = rec->act->arg;

	return a->is_const ? a->num : dt_field_int(rec->act->fields.v, rec->data);
}

static int clear_print(struct dt_consumer *c, const struct dt_record *rec)
{
	const struct aggctl *a = rec->act->arg;

	dt_agg_clear(c, a->id);
	return 0;
}

static int trunc_print(struct dt_consumer *c, const struct dt_record *rec)
{
	const struct aggctl *a = rec->act->arg;

	dt_agg_trunc(c, a->id, !a->has_num, a->has_num ? aggctl_num(rec) : 0);
	return 0;
}

static int normalize_print(struct dt_consumer *c, const struct dt_record *rec)
{
	const struct aggctl *a = rec->act->arg;
	uint64_t factor = a->has_num ? (uint64_t)aggctl_num(rec) : 1;

	/* Nothing can be divided by 0: the aggregation stays as it was. */
	if (factor)
		dt_agg_normalize(c, a->id, factor);
	return 0;
}

#define AGGCTL(fn, arguments, checker, printer)       \
	const struct dt_func dt_fn_##fn = {           \
		.name = #fn,                          \
		.kind = DT_FN_ACTION,                 \
		.flags = DT_FF_RECORD | DT_FF_AGGUSE, \
		.ret = "void",                        \
		.sig = arguments,                     \
		.check = checker,                     \
		.fields = aggctl_fields,              \
		.lower = aggctl_lower,                \
		.print = printer,                     \
	}

AGGCTL(clear, "e", clear_check, clear_print);
AGGCTL(trunc, "e[e", trunc_check, trunc_print);
AGGCTL(normalize, "ee", normalize_check, normalize_print);
AGGCTL(denormalize, "e", normalize_check, normalize_print);
