/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values as record fields: what every data-recording action needs. Which kind of field a value
 * gets follows from its type, and for strings from what is known of them: one that is known when
 * the program is loaded is recorded as its number, another with the width it can have.
 */
#include "actions/actions.h"

bool dt_field_of_expr(struct dt_sema *s, const struct dt_expr *e, struct dt_field *f)
{
	const struct dt_type *t = dt_type_base(e->type);

	*f = (struct dt_field){.type = e->type, .size = (uint32_t)t->size};
	switch (t->kind) {
	case TY_INT:
	case TY_ENUM:
		f->kind = DT_FLD_INT;
		f->is_signed = t->is_signed;
		break;
	case TY_PTR:
		f->kind = DT_FLD_INT;
		f->size = 8;
		break;
	case TY_STRING:
		if (dt_sema_str_static(e)) {
			f->kind = DT_FLD_STRID;
			f->size = 4;
		} else {
			f->kind = DT_FLD_STRING;
			f->size = dt_sema_strwidth(s, e);
		}
		break;
	case TY_STACK: f->kind = t->userland ? DT_FLD_USTACK : DT_FLD_STACK; break;
	case TY_SYMADDR:
		f->kind = DT_FLD_SYM;
		f->size = 8;
		break;
	case TY_USYMADDR:
		f->kind = DT_FLD_USYM;
		f->size = 16;
		break;
	case TY_ARRAY:
	case TY_STRUCT:
	case TY_UNION:
	case TY_FLOAT: f->kind = DT_FLD_BYTES; break;
	default: return false;
	}
	return f->size > 0;
}

uint32_t dt_fields_of_args(struct dt_sema *s, const struct dt_expr *call, uint32_t first,
			   struct dt_field *out, uint32_t max)
{
	struct dt_field f;
	uint32_t n = 0;

	for (uint32_t i = first; i < call->list.n; i++) {
		if (!dt_field_of_expr(s, call->list.v[i], &f))
			continue;
		if (n < max)
			out[n] = f;
		n++;
	}
	return n;
}

void dt_store_args(struct dt_lower *lw, const struct dt_expr *call, uint32_t first)
{
	struct dt_recact *act = dt_lower_recact(lw, call);

	for (uint32_t i = first, n = 0; i < call->list.n && n < act->fields.n; i++, n++) {
		struct dt_val v = {0};

		dt_lower_expr(lw, call->list.v[i], &v);
		dt_lower_store_field(lw, &act->fields.v[n], &v, lw->record);
	}
}
