/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the actions share.
 *
 * A file has a family of D's functions: for each one how a call is checked, which fields its record
 * has, how it becomes code, and how its record is printed, side by side. funcs.def lists them all.
 */
#ifndef DT_ACTIONS_ACTIONS_H
#define DT_ACTIONS_ACTIONS_H

#include "ir/lower.h"
#include "sema/sema.h"

#define DT_FUNC(x) extern const struct dt_func dt_fn_##x;
#include "actions/funcs.def"
#undef DT_FUNC

/* Functions that are known by name and signature only (DT_FF_LATER). Ends with a NULL name. */
extern const struct dt_func dt_later_funcs[];

/* ---- fields.c: values as record fields ---- */
/* The field (without offset) that holds a value of e's type. False if there is none. */
bool dt_field_of_expr(struct dt_sema *s, const struct dt_expr *e, struct dt_field *f);
/* fields(): one for each argument, from the `first`. */
uint32_t dt_fields_of_args(struct dt_sema *s, const struct dt_expr *call, uint32_t first,
			   struct dt_field *out, uint32_t max);
/* lower(): evaluates arguments from the `first` and stores them as the record's fields. */
void dt_store_args(struct dt_lower *lw, const struct dt_expr *call, uint32_t first);

/* ---- small things ---- */
static inline struct dt_expr *dt_arg(const struct dt_expr *call, uint32_t n)
{
	return n < call->list.n ? call->list.v[n] : NULL;
}
/* Already reported: say nothing more. */
static inline bool dt_is_poisoned(const struct dt_expr *e)
{
	return e->kind == E_ERROR || !e->type || e->type->kind == TY_ERROR;
}
static inline void dt_val_int(struct dt_val *out, ir_reg r)
{
	if (out)
		*out = (struct dt_val){.kind = VAL_INT, .reg = r};
}
/* An integer constant argument. */
static inline bool dt_is_const_int(const struct dt_expr *e)
{
	return e->is_const && dt_type_is_int(e->type);
}

#endif
