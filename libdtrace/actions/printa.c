/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * printa(): the record is only the wish to print; the consumer prints the aggregations as they are
 * when it meets the record.
 */
#include "actions/actions.h"
#include "actions/printf.h"
#include "consume/consume.h"
#include "consume/format.h"

struct printa {
	struct dt_format *format; /* NULL: the default layout */
	uint32_t *ids, n;
};

static bool same_keys(struct dt_sema *s, const struct dt_expr *e, const struct dt_agg *a,
		      const struct dt_agg *b)
{
	if (a->keys.n != b->keys.n) {
		dt_error(s->diags, e->span, D_PRINTA_AGGKEY,
			 "printa( ) @%s and @%s do not have the same number of keys", a->name,
			 b->name);
		return false;
	}
	for (uint32_t i = 0; i < a->keys.n; i++) {
		const struct dt_type *x = a->keys.v[i].type, *y = b->keys.v[i].type;

		/* Strings and stacks of other widths are still strings and stacks. */
		if (dt_type_kind(x) != dt_type_kind(y) ||
		    (dt_type_kind(x) == TY_INT && dt_type_base(x)->size != dt_type_base(y)->size)) {
			dt_error(s->diags, e->span, D_PRINTA_AGGPROTO,
				 "printa( ) key #%u of @%s is \"%s\", but \"%s\" in @%s", i + 1,
				 b->name, dt_type_str(s->arena, y), dt_type_str(s->arena, x),
				 a->name);
			return false;
		}
	}
	return true;
}

/* Conversions without @ take the keys, in order; keys may be left over (PF-17). */
static bool check_format(struct dt_sema *s, const struct dt_expr *call, const struct dt_format *f,
			 const struct dt_agg *agg)
{
	const struct dt_expr *fe = dt_arg(call, 0);
	uint32_t key = 0;

	for (uint32_t i = 0; i < f->convs.n; i++) {
		const struct dt_conv *cv = &f->convs.v[i];

		if (!cv->conv || cv->cls == DT_CV_NONE)
			continue;
		if (cv->star_width || cv->star_prec) {
			dt_error(
				s->diags, fe->span, D_PRINTF_DYN_PROTO,
				"printa( ) conversion %s may not have a dynamic width or precision",
				dt_conv_text(s, cv));
			return false;
		}
		if (cv->agg) {
			if (cv->cls != DT_CV_INT) {
				dt_error(s->diags, fe->span, D_PRINTF_ARG_TYPE,
					 "printa( ) conversion %s cannot print an aggregation's "
					 "result",
					 dt_conv_text(s, cv));
				return false;
			}
			continue;
		}
		if (key >= agg->keys.n) {
			dt_error(s->diags, fe->span, D_PRINTF_ARG_PROTO,
				 "printa( ) prototype mismatch: conversion %s needs key #%u, but "
				 "@%s has "
				 "%u",
				 dt_conv_text(s, cv), key + 1, agg->name, agg->keys.n);
			return false;
		}
		if (!dt_conv_accepts(cv, agg->keys.v[key].type)) {
			dt_error(s->diags, fe->span, D_PRINTF_ARG_TYPE,
				 "printa( ) key #%u of @%s is incompatible with conversion %s: "
				 "\"%s\"",
				 key + 1, agg->name, dt_conv_text(s, cv),
				 dt_type_str(s->arena, agg->keys.v[key].type));
			return false;
		}
		key++;
	}
	return true;
}

static bool printa_check(struct dt_sema *s, struct dt_expr *call)
{
	struct printa *p = DT_NEW(s->arena, struct printa);
	struct dt_expr *e = dt_arg(call, 0);
	struct dt_agg *first = NULL, *agg;
	uint32_t i = 0;

	if (e && e->kind != E_AGG) {
		if (e->kind != E_STRING && dt_is_poisoned(e))
			return false;
		/* The only argument has to be an aggregation, and what isn't a string can't be a
		 * format. */
		if (call->list.n == 1 && e->kind != E_STRING) {
			dt_error(s->diags, e->span, D_PRINTA_AGGARG,
				 "printa( ) argument #1 is incompatible with prototype:\n"
				 "\tprototype: aggregation or format string\n\t argument: %s",
				 dt_type_str(s->arena, e->type));
			return false;
		}
		p->format = dt_printf_format(s, call, e, true);
		if (!p->format)
			return false;
		i = 1;
	}
	if (i >= call->list.n) {
		dt_error(s->diags, call->span, D_PRINTA_PROTO,
			 "printa( ) prototype mismatch: at least one aggregation is required");
		return false;
	}
	p->ids = DT_NEW_N(s->arena, uint32_t, call->list.n);
	for (; i < call->list.n; i++) {
		e = call->list.v[i];
		if (e->kind != E_AGG) {
			if (!dt_is_poisoned(e))
				dt_error(s->diags, e->span, D_PRINTA_AGGARG,
					 "printa( ) argument #%u is incompatible with prototype:\n"
					 "\tprototype: aggregation\n\t argument: %s",
					 i + 1, dt_type_str(s->arena, e->type));
			return false;
		}
		agg = dt_sema_agg(s, e, D_PRINTA_AGGBAD);
		if (!agg)
			return false;
		if (!first)
			first = agg;
		else if (!same_keys(s, e, first, agg))
			return false;
		p->ids[p->n++] = agg->id;
	}
	if (p->format && !check_format(s, call, p->format, first))
		return false;
	call->action = p;
	return true;
}

/* Nothing but the record itself is needed. */
static void printa_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	(void)lw, (void)call, (void)out;
}

static int printa_print(struct dt_consumer *c, const struct dt_record *rec)
{
	const struct printa *p = rec->act->arg;

	return dt_agg_printa(c, p->format, p->ids, p->n);
}

const struct dt_func dt_fn_printa = {
	.name = "printa",
	.kind = DT_FN_ACTION,
	.flags = DT_FF_RECORD | DT_FF_AGGUSE,
	.ret = "void",
	.sig = "*",
	.check = printa_check,
	.lower = printa_lower,
	.print = printa_print,
};
