/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exit(): stops every program at once by the state word, which they all read first; the record
 * makes the consumer stop when it has printed what came before. The clause itself runs to its end.
 */
#include <stddef.h>
#include "actions/actions.h"
#include "consume/consume.h"

static uint32_t exit_fields(struct dt_sema *s, const struct dt_expr *call, struct dt_field *out,
			    uint32_t max)
{
	(void)call;
	if (max)
		*out = (struct dt_field){
			.kind = DT_FLD_INT, .size = 4, .type = s->types->t_int, .is_signed = true};
	return 1;
}

static void exit_lower(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out)
{
	struct dt_recact *act = dt_lower_recact(lw, call);
	struct dt_val v = {.kind = VAL_INT, .reg = dt_lower_int(lw, dt_arg(call, 0))};
	struct ir_builder *b = &lw->b;
	ir_reg state;

	(void)out;
	dt_lower_store_field(lw, &act->fields.v[0], &v, lw->record);
	state = dt_lower_state(lw);
	ir_store(b, 4, state, offsetof(struct dt_state, exit_status), v.reg);
	ir_storei(b, 4, state, offsetof(struct dt_state, exit_called), 1);
	ir_storei(b, 4, state, offsetof(struct dt_state, state), DT_STOPPED);
}

static int exit_print(struct dt_consumer *c, const struct dt_record *rec)
{
	if (!c->exit_seen) {
		c->exit_seen = true;
		c->exit_status = (int)dt_field_int(rec->act->fields.v, rec->data);
	}
	return 0;
}

const struct dt_func dt_fn_exit = {
	.name = "exit",
	.kind = DT_FN_ACTION,
	.flags = DT_FF_RECORD | DT_FF_EXIT,
	.ret = "void",
	.sig = "i",
	.fields = exit_fields,
	.lower = exit_lower,
	.print = exit_print,
};
