/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace() and tracemem(): a value, or memory, as it is.
 */
#include "actions/actions.h"
#include "consume/consume.h"

/* ------------------------------------------------------------------ trace (F-01) */

static bool trace_check(struct dt_sema *s, struct dt_expr *call)
{
	struct dt_expr *e = dt_arg(call, 0);
	struct dt_field f;

	if (e->kind == E_AGG) {
		dt_error(s->diags, e->span, D_TRACE_AGG,
			 "trace( ) may not be applied to an aggregation");
		return false;
	}
	if (dt_is_poisoned(e))
		return false;
	switch (dt_type_kind(e->type)) {
	case TY_VOID:
		dt_error(s->diags, e->span, D_TRACE_VOID,
			 "trace( ) may not be applied to a void expression");
		return false;
	case TY_DYN:
		dt_error(s->diags, e->span, D_TRACE_DYN,
			 "trace( ) may not be applied to a dynamic expression");
		return false;
	default: break;
	}
	if (!dt_field_of_expr(s, e, &f)) {
		dt_error(s->diags, e->span, D_PROTO_ARG,
			 "trace( ) argument #1 has a type that cannot be recorded: \"%s\"",
			 dt_type_str(s->arena, e->type));
		return false;
	}
	return true;
}

static uint32_t trace_fields(struct dt_sema *s, const struct dt_expr *call, struct dt_field *out,
			     uint32_t max)
{
	return dt_fields_of_args(s, call, 0, out, max);
}

static void trace_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	(void)out;
	dt_store_args(lw, call, 0);
}

static int trace_print(struct dt_consumer *c, const struct dt_record *rec)
{
	const struct dt_field *f = rec->act->fields.v;

	if (!rec->act->fields.n)
		return 0;
	if (f->kind == DT_FLD_STACK || f->kind == DT_FLD_USTACK)
		return dt_out_stack(c, f, rec->data + f->off, c->opts.stackindent);
	return dt_out_trace(c, f, rec->data + f->off);
}

const struct dt_func dt_fn_trace = {
	.name = "trace",
	.kind = DT_FN_ACTION,
	.flags = DT_FF_RECORD,
	.ret = "void",
	.sig = "e",
	.check = trace_check,
	.fields = trace_fields,
	.lower = trace_lower,
	.print = trace_print,
};

/* ------------------------------------------------------------------ tracemem (F-02) */

static bool tracemem_check(struct dt_sema *s, struct dt_expr *call)
{
	struct dt_expr *addr = dt_arg(call, 0), *size = dt_arg(call, 1), *dyn = dt_arg(call, 2);

	if (dt_is_poisoned(addr) || dt_is_poisoned(size) || (dyn && dt_is_poisoned(dyn)))
		return false;
	if (!dt_type_is_ptr(addr->type) && !dt_type_is_int(addr->type)) {
		dt_error(s->diags, addr->span, D_TRACEMEM_ADDR,
			 "tracemem( ) argument #1 is incompatible with prototype:\n"
			 "\tprototype: pointer or integer\n\t argument: %s",
			 dt_type_str(s->arena, addr->type));
		return false;
	}
	if (!dt_is_const_int(size) || size->ival <= 0 || size->ival > 32768) {
		dt_error(
			s->diags, size->span, D_TRACEMEM_SIZE,
			"tracemem( ) argument #2 must be a positive integral constant expression%s",
			dt_is_const_int(size) && size->ival > 0 ? " of at most 32768" : "");
		return false;
	}
	if (dyn && !dt_type_is_int(dyn->type)) {
		dt_error(s->diags, dyn->span, D_TRACEMEM_DYNSIZE,
			 "tracemem( ) argument #3 must be of integer type");
		return false;
	}
	return true;
}

static uint32_t tracemem_fields(struct dt_sema *s, const struct dt_expr *call, struct dt_field *out,
				uint32_t max)
{
	uint32_t n = 1;

	if (max)
		out[0] = (struct dt_field){.kind = DT_FLD_BYTES,
					   .size = (uint32_t)dt_arg(call, 1)->ival};
	if (dt_arg(call, 2))
		n += dt_fields_of_args(s, call, 2, out + 1, max > 1 ? max - 1 : 0);
	return n;
}

static void tracemem_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	struct dt_recact *act = dt_lower_recact(lw, call);
	const struct dt_expr *addr = dt_arg(call, 0);
	struct dt_val v = {.kind = VAL_BLOB};

	(void)out;
	v.space = addr->space == SP_NONE ? SP_KERNEL : addr->space;
	v.reg = dt_lower_int(lw, addr);
	v.cap = (uint32_t)dt_arg(call, 1)->ival;
	dt_lower_store_field(lw, &act->fields.v[0], &v, lw->record);
	if (act->fields.n > 1) {
		struct dt_val n = {.kind = VAL_INT, .reg = dt_lower_int(lw, dt_arg(call, 2))};

		dt_lower_store_field(lw, &act->fields.v[1], &n, lw->record);
	}
}

static int tracemem_print(struct dt_consumer *c, const struct dt_record *rec)
{
	const struct dt_field *f = rec->act->fields.v;
	uint32_t n = f[0].size;

	if (rec->act->fields.n > 1) {
		int64_t dyn = dt_field_int(&f[1], rec->data);

		if (dyn < 0)
			dyn = 0;
		if ((uint64_t)dyn < n)
			n = (uint32_t)dyn;
	}
	return dt_out_hexdump(c, rec->data + f[0].off, n);
}

const struct dt_func dt_fn_tracemem = {
	.name = "tracemem",
	.kind = DT_FN_ACTION,
	.flags = DT_FF_RECORD,
	.ret = "void",
	.sig = "ee[e",
	.check = tracemem_check,
	.fields = tracemem_fields,
	.lower = tracemem_lower,
	.print = tracemem_print,
};
