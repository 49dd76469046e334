/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * printf(): the format is parsed and held against the arguments once, here; records carry the
 * arguments alone.
 */
#include "actions/actions.h"
#include "actions/printf.h"
#include "consume/consume.h"
#include "consume/format.h"

struct dt_format *dt_printf_format(struct dt_sema *s, const struct dt_expr *call,
				   const struct dt_expr *e, bool printa)
{
	struct dt_format *f;
	enum dt_tag tag = D_UNKNOWN;
	const char *why = NULL;

	if (e->kind != E_STRING) {
		if (!dt_is_poisoned(e))
			dt_error(s->diags, e->span, D_PRINTF_ARG_FMT,
				 "%s( ) argument #1 is incompatible with prototype:\n"
				 "\tprototype: string constant\n\t argument: %s",
				 call->func->name, dt_type_str(s->arena, e->type));
		return NULL;
	}
	if (!e->len) {
		dt_error(s->diags, e->span, D_PRINTF_FMT_EMPTY,
			 "%s( ) format string may not be empty", call->func->name);
		return NULL;
	}
	f = dt_format_parse(s->arena, e->str, e->len, printa, &tag, &why);
	if (!f)
		dt_error(s->diags, e->span, tag, "%s( ) %s", call->func->name,
			 why ? why : "format is invalid");
	return f;
}

/* The conversion as it was written, for messages. */
const char *dt_conv_text(struct dt_sema *s, const struct dt_conv *cv)
{
	return dt_asprintf(s->arena, "%%%s%s%c", cv->agg ? "@" : "", cv->size, cv->conv);
}

/* A width or precision taken from the arguments. */
static bool check_star(struct dt_sema *s, const struct dt_expr *call, uint32_t *arg,
		       const char *what, const struct dt_conv *cv)
{
	const struct dt_expr *e = dt_arg(call, *arg);

	if (!e) {
		dt_error(s->diags, call->span, D_PRINTF_DYN_PROTO,
			 "%s( ) prototype mismatch: conversion %s has a dynamic %s, but argument "
			 "#%u "
			 "is missing",
			 call->func->name, dt_conv_text(s, cv), what, *arg + 1);
		return false;
	}
	if (dt_is_poisoned(e))
		return false;
	if (!dt_type_is_int(e->type)) {
		dt_error(s->diags, e->span, D_PRINTF_DYN_TYPE,
			 "%s( ) argument #%u is incompatible with conversion %s: its %s must be an "
			 "integer, not \"%s\"",
			 call->func->name, *arg + 1, dt_conv_text(s, cv), what,
			 dt_type_str(s->arena, e->type));
		return false;
	}
	(*arg)++;
	return true;
}

static bool check_value(struct dt_sema *s, struct dt_expr *call, uint32_t *arg,
			const struct dt_conv *cv)
{
	struct dt_expr *e = dt_arg(call, *arg);
	struct dt_field f;

	if (!e) {
		dt_error(s->diags, call->span, D_PRINTF_ARG_PROTO,
			 "%s( ) prototype mismatch: conversion %s needs argument #%u, which is "
			 "missing",
			 call->func->name, dt_conv_text(s, cv), *arg + 1);
		return false;
	}
	if (dt_is_poisoned(e))
		return false;
	if (e->kind == E_AGG || !dt_conv_accepts(cv, e->type) ||
	    (cv->cls == DT_CV_STR && !dt_sema_want_string(s, &call->list.v[*arg])) ||
	    !dt_field_of_expr(s, call->list.v[*arg], &f)) {
		dt_error(s->diags, e->span, D_PRINTF_ARG_TYPE,
			 "%s( ) argument #%u is incompatible with conversion %s: \"%s\"",
			 call->func->name, *arg + 1, dt_conv_text(s, cv),
			 dt_type_str(s->arena, e->type));
		return false;
	}
	(*arg)++;
	return true;
}

static bool printf_check(struct dt_sema *s, struct dt_expr *call)
{
	struct dt_format *f = dt_printf_format(s, call, dt_arg(call, 0), false);
	uint32_t arg = 1;

	if (!f)
		return false;
	for (uint32_t i = 0; i < f->convs.n; i++) {
		const struct dt_conv *cv = &f->convs.v[i];

		if (!cv->conv || cv->cls == DT_CV_NONE)
			continue;
		if (cv->agg) {
			dt_error(s->diags, dt_arg(call, 0)->span, D_PRINTF_AGG_CONV,
				 "%%@ conversion requires an aggregation and is not for use with "
				 "%s( )",
				 call->func->name);
			return false;
		}
		if (cv->star_width && !check_star(s, call, &arg, "width", cv))
			return false;
		if (cv->star_prec && !check_star(s, call, &arg, "precision", cv))
			return false;
		if (!check_value(s, call, &arg, cv))
			return false;
	}
	if (arg < call->list.n) {
		dt_error(s->diags, call->list.v[arg]->span, D_PRINTF_ARG_EXTRA,
			 "%s( ) prototype mismatch: only %u arguments required by this format "
			 "string",
			 call->func->name, arg - 1);
		return false;
	}
	call->action = f;
	return true;
}

static uint32_t printf_fields(struct dt_sema *s, const struct dt_expr *call, struct dt_field *out,
			      uint32_t max)
{
	return dt_fields_of_args(s, call, 1, out, max);
}

static void printf_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	(void)out;
	dt_store_args(lw, call, 1);
}

static int printf_print(struct dt_consumer *c, const struct dt_record *rec)
{
	return dt_format_print(c, rec->act->arg, rec->act->fields.v, rec->act->fields.n, rec->data);
}

const struct dt_func dt_fn_printf = {
	.name = "printf",
	.kind = DT_FN_ACTION,
	.flags = DT_FF_RECORD,
	.ret = "void",
	.sig = "e*",
	.check = printf_check,
	.fields = printf_fields,
	.lower = printf_lower,
	.print = printf_print,
};
