/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records, and the two sinks they can go to.
 *
 *	ring buffer, the clause's record is certain:	built in place
 *		rb = rings[cpu]; r = reserve(rb, size); ... fields ...; submit(r, flags)
 *	everything else (actions under if/else, the perf sink):	built in the slot, copied out
 *		... fields, mask |= 1 << k ...; if (mask) output(slot + off, size)
 *
 * Reserving is put off until the first data-recording statement, which every run of the clause
 * reaches unless it faults. A reservation that has to be discarded takes room in the buffer all the
 * same, so a record that may turn out empty is never built in place.
 *
 * Every attempt adds one to `emitted` or to one cause of drops.
 */
#include <stddef.h>
#include "ir/lower_priv.h"

#define STATS_OFF(f) ((int32_t)offsetof(struct dt_cpustats, f))

static void bump(struct dt_lower *lw, int32_t off)
{
	ir_atomic_add(&lw->b, 8, lw->stats, off, ir_ldi(&lw->b, 1));
}

void dt_lower_drop(struct dt_lower *lw, enum dt_drop_cause cause)
{
	bump(lw, STATS_OFF(drops) + 8 * (int32_t)cause);
}

ir_reg dt_lower_state(struct dt_lower *lw)
{
	return ir_mapval(&lw->b, lw->cx->m_state, 0);
}

/*
 * rings[cpu]; control goes to *fail if there is none (never, but the verifier asks). BEGIN and END
 * name the ring of the CPU they run on: where only they record anything, it is the only ring, and
 * there is no array, which would take the kernel tens of milliseconds to fill.
 */
static ir_reg ring(struct dt_lower *lw, struct ir_block *fail)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *ok;
	ir_reg key, rb;

	if (lw->prog && lw->prog->attach.mech == DT_MECH_TESTRUN)
		return ir_mapfd(b, lw->cx->m_ring);
	ok = dt_lower_block(lw, "ring");
	key = dt_lower_tmp8(lw);
	ir_store(b, 4, key, 0, lw->cpu);
	rb = IR_CALL(b, HLP_MAP_LOOKUP, ir_mapfd(b, lw->cx->m_rings), key);
	ir_bri(b, IR_EQ, rb, 0, fail, ok);
	ir_at(b, ok);
	return rb;
}

/*
 * Wakes the consumer each time it has caught up; or, with a switchrate, when the unread part grows
 * beyond the watermark: by the record with which it does, and a few after it, in case records are
 * not finished in order. Waking it for all that follow would cost more than the records.
 */
static ir_reg wake_flags(struct dt_lower *lw, ir_reg rb, uint32_t size)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *force, *done;
	ir_reg flags, avail, mark;

	if (lw->cx->opts->held)
		return ir_ldi(b, RB_NO_WAKEUP);
	if (lw->cx->opts->wake_each)
		return ir_ldi(b, 0);
	force = dt_lower_block(lw, "wake");
	done = dt_lower_block(lw, "flags");
	flags = ir_newreg(b);
	avail = IR_CALL(b, HLP_RB_QUERY, rb, ir_ldi(b, 0));
	mark = ir_load(b, 4, false, dt_lower_state(lw), offsetof(struct dt_state, wakeup_bytes));
	ir_ldi_to(b, flags, RB_NO_WAKEUP);
	ir_bri(b, IR_LT, ir_op2(b, IR_SUB, avail, mark), 4 * (int64_t)(size + 16), force, done);
	ir_at(b, force);
	ir_ldi_to(b, flags, RB_FORCE_WAKEUP);
	ir_jmp(b, done);
	ir_at(b, done);
	return flags;
}

/* No room for a record. With bufpolicy=fill that is the end of tracing, for every CPU. */
static void no_room(struct dt_lower *lw)
{
	dt_lower_drop(lw, DT_DROP_PRINCIPAL);
	if (lw->cx->opts->fill)
		ir_storei(&lw->b, 4, dt_lower_state(lw), offsetof(struct dt_state, state),
			  DT_STOPPED);
}

/* Copies a finished record out, to whichever sink. */
void dt_lower_output(struct dt_lower *lw, ir_reg data, uint32_t size)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *fail = dt_lower_block(lw, "dropped"), *ok = dt_lower_block(lw, "emitted"),
			*done = dt_lower_block(lw, "output");
	ir_reg rb, err;

	if (lw->cx->m_perf) {
		err = IR_CALL(b, HLP_PERF_OUTPUT, lw->ctx, ir_mapfd(b, lw->cx->m_perf),
			      ir_ldi(b, PERF_CURRENT_CPU), data, ir_ldi(b, size));
	} else {
		rb = ring(lw, fail);
		err = IR_CALL(b, HLP_RB_OUTPUT, rb, data, ir_ldi(b, size),
			      wake_flags(lw, rb, size));
	}
	ir_bri(b, IR_EQ, err, 0, ok, fail);
	ir_at(b, ok);
	bump(lw, STATS_OFF(emitted));
	ir_jmp(b, done);
	ir_at(b, fail);
	no_room(lw);
	ir_jmp(b, done);
	ir_at(b, done);
}

static void store_header(struct dt_lower *lw)
{
	struct ir_builder *b = &lw->b;

	ir_storei(b, 4, lw->record, 0, (int32_t)lw->desc->index);
	ir_store(b, 4, lw->record, 4, lw->probe);
}

/* At the start of a clause: what the record needs before any statement. */
void dt_lower_record_open(struct dt_lower *lw)
{
	struct ir_builder *b = &lw->b;
	struct dt_lower_priv *p = lw->priv;

	p->reserved = false;
	/* exit() is not to fail for want of room: its record may, at the end */
	p->in_slot = lw->desc->emits &&
		     (lw->desc->has_mask || lw->cx->m_perf || lw->clause->info->exits);
	lw->record = lw->mask = 0;
	if (!lw->desc->emits)
		return;
	if (lw->desc->has_mask) {
		lw->mask = ir_newreg(b);
		ir_ldi_to(b, lw->mask, 0);
	}
	if (p->in_slot) {
		p->rec_off = dt_lower_temp(lw, lw->desc->size);
		lw->record = ir_op2i(b, IR_ADD, lw->slot, p->rec_off);
	}
}

/* Before the first data-recording statement. Where there is no room, the clause ends here. */
void dt_lower_record_begin(struct dt_lower *lw)
{
	struct ir_builder *b = &lw->b;
	struct dt_lower_priv *p = lw->priv;
	struct ir_block *full, *ok;

	if (p->in_slot || p->reserved)
		return;
	full = dt_lower_block(lw, "full");
	ok = dt_lower_block(lw, "reserved");
	p->ring = ring(lw, full);
	lw->record = IR_CALL(b, HLP_RB_RESERVE, p->ring, ir_ldi(b, lw->desc->size), ir_ldi(b, 0));
	ir_bri(b, IR_EQ, lw->record, 0, full, ok);
	ir_at(b, full);
	no_room(lw);
	ir_jmp(b, p->next);
	ir_at(b, ok);
	p->reserved = true;
	lw->fault = p->fault_held;
	store_header(lw);
}

/* At the end of the clause. */
void dt_lower_record_commit(struct dt_lower *lw)
{
	struct ir_builder *b = &lw->b;
	struct dt_lower_priv *p = lw->priv;
	struct ir_block *some;

	if (!lw->desc->emits)
		return;
	if (p->in_slot) {
		if (lw->mask) {
			some = dt_lower_block(lw, "some");
			ir_bri(b, IR_EQ, lw->mask, 0, p->next, some);
			ir_at(b, some);
			ir_store(b, 8, lw->record, sizeof(struct dt_rechdr), lw->mask);
		}
		store_header(lw);
		dt_lower_output(lw, lw->record, lw->desc->size);
		return;
	}
	dt_lower_record_begin(lw); /* the default action's empty record */
	IR_CALL(b, HLP_RB_SUBMIT, lw->record, wake_flags(lw, p->ring, lw->desc->size));
	bump(lw, STATS_OFF(emitted));
	p->reserved = false;
}

/* In a fault's way out: gives the reservation back. */
void dt_lower_record_abort(struct dt_lower *lw)
{
	IR_CALL(&lw->b, HLP_RB_DISCARD, lw->record, ir_ldi(&lw->b, RB_NO_WAKEUP));
}

struct dt_recact *dt_lower_recact(struct dt_lower *lw, const struct dt_expr *call)
{
	return dt_map_get(lw->cx->recacts, &call, sizeof(call));
}

/* ------------------------------------------------------------------ fields */

/*
 * Takes the stack into memory. Frames beyond its depth are zeroed: that is how its end is told. The
 * helper does it, also when it fails; but not when it could not begin, nested too deeply.
 */
static void store_stack(struct dt_lower *lw, const struct dt_field *f, ir_reg base)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *none = dt_lower_block(lw, "nostack"), *some = dt_lower_block(lw, NULL),
			*done = dt_lower_block(lw, "stack");
	bool user = f->kind == DT_FLD_USTACK;
	bool direct = user ? !dt_lower_stack_entry(lw) : !dt_lower_stack_dispatched(lw);
	uint32_t off = f->off, size = f->size;
	ir_reg first = base, r;

	if (user) {
		ir_store(b, 8, base, (int32_t)off, dt_lower_tgid(lw));
		off += 8;
		size -= 8;
	}
	if (direct)
		r = IR_CALL(b, HLP_GET_STACK, lw->ctx, ir_op2i(b, IR_ADD, base, off),
			    ir_ldi(b, size),
			    ir_ldi(b, user ? STACK_USER : dt_lower_stack_skip(lw)));
	else
		r = dt_lower_take_stack(lw, user, size / 8, &first);
	ir_bri(b, IR_SLT, r, 0, none, some);
	ir_at(b, none);
	dt_lower_zero(lw, base, off, size);
	ir_jmp(b, done);
	ir_at(b, some);
	if (!direct)
		dt_lower_copy(lw, base, off, size, SP_NONE, first);
	ir_jmp(b, done);
	ir_at(b, done);
}

static void store_bytes(struct dt_lower *lw, const struct dt_field *f, const struct dt_val *v,
			ir_reg base)
{
	struct ir_builder *b = &lw->b;
	uint32_t n = v->cap && v->cap < f->size ? v->cap : f->size;

	switch (v->kind) {
	case VAL_MEM:
		dt_lower_copy(lw, base, f->off, n, SP_NONE, ir_op2i(b, IR_ADD, v->reg, v->off));
		break;
	case VAL_SLOTSTR:
		dt_lower_copy(lw, base, f->off, n, SP_NONE, ir_op2i(b, IR_ADD, lw->slot, v->off));
		break;
	case VAL_BLOB: dt_lower_copy(lw, base, f->off, n, v->space, v->reg); break;
	case VAL_INT: dt_lower_copy(lw, base, f->off, n, SP_KERNEL, v->reg); break;
	default: dt_lower_str_store(lw, v, base, f->off, f->size, false); break;
	}
}

void dt_lower_store_field(struct dt_lower *lw, const struct dt_field *f, const struct dt_val *v,
			  ir_reg base)
{
	struct ir_builder *b = &lw->b;

	switch (f->kind) {
	case DT_FLD_INT:
		if (f->size == 1 || f->size == 2 || f->size == 4 || f->size == 8)
			ir_store(b, f->size, base, (int32_t)f->off, v->reg);
		break;
	case DT_FLD_STRID: ir_store(b, 4, base, (int32_t)f->off, v->reg); break;
	case DT_FLD_STRING: dt_lower_str_store(lw, v, base, f->off, f->size, false); break;
	case DT_FLD_BYTES: store_bytes(lw, f, v, base); break;
	case DT_FLD_STACK:
	case DT_FLD_USTACK:
		if (v->kind == VAL_STACK)
			store_stack(lw, f, base);
		else
			store_bytes(lw, f, v, base);
		break;
	case DT_FLD_SYM: ir_store(b, 8, base, (int32_t)f->off, v->reg); break;
	case DT_FLD_USYM:
		if (v->kind != VAL_INT) {
			store_bytes(lw, f, v, base);
			break;
		}
		ir_store(b, 8, base, (int32_t)f->off, dt_lower_tgid(lw));
		ir_store(b, 8, base, (int32_t)f->off + 8, v->reg);
		break;
	}
}

/* ------------------------------------------------------------------ aggregations */

/* Does storing the value write every byte of the field? */
static bool writes_all(const struct dt_field *f, const struct dt_val *v)
{
	switch (f->kind) {
	case DT_FLD_INT:
	case DT_FLD_STRID:
	case DT_FLD_SYM: return f->size == 1 || f->size == 2 || f->size == 4 || f->size == 8;
	case DT_FLD_STACK:
	case DT_FLD_USTACK: return v->kind == VAL_STACK;
	default: return false;
	}
}

/*
 * The key {cpu, 0, fields...} in memory. What no field writes is zeroed: holes, the rest of
 * strings. An execname is written by the helper where it belongs, its rest zero: `@[execname]`
 * copies nothing.
 */
static ir_reg agg_key(struct dt_lower *lw, const struct dt_aggdesc *d, const struct dt_expr *agg)
{
	struct ir_builder *b = &lw->b;
	ir_reg key = dt_lower_mem(lw, d->keysize);
	uint32_t done = 8; /* bytes stored or zeroed */

	for (uint32_t i = 0; i < agg->list.n && i < d->keys.n; i++) {
		const struct dt_expr *e = agg->list.v[i];
		const struct dt_field *f = &d->keys.v[i];
		struct dt_val v;

		if (e->kind == E_BUILTIN && e->builtin == BV_EXECNAME && f->kind == DT_FLD_STRING &&
		    f->size >= 16) {
			dt_lower_zero(lw, key, done, f->off - done);
			IR_CALL(b, HLP_COMM, ir_op2i(b, IR_ADD, key, f->off), ir_ldi(b, 16));
			done = f->off + 16;
			continue;
		}
		dt_lower_expr(lw, e, &v);
		dt_lower_zero(lw, key, done, f->off + (writes_all(f, &v) ? 0 : f->size) - done);
		dt_lower_store_field(lw, f, &v, key);
		done = f->off + f->size;
	}
	dt_lower_zero(lw, key, done, d->keysize - done);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	ir_store(b, 8, key, 0, lw->cpu);
#else
	ir_storei(b, 4, key, 4, 0);
	ir_store(b, 4, key, 0, lw->cpu);
#endif
	return key;
}

static ir_reg keyed_cell(struct dt_lower *lw, const struct dt_aggdesc *d, const struct dt_expr *agg)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *inner = dt_lower_block(lw, "keyed"),
			*create = dt_lower_block(lw, "create"),
			*drop = dt_lower_block(lw, "agg_drop"), *got = dt_lower_block(lw, "cell");
	ir_reg key = agg_key(lw, d, agg), half = dt_lower_tmp8(lw), map, again, cell = ir_newreg(b),
	       r;

	r = ir_load(b, 4, false, dt_lower_state(lw), offsetof(struct dt_state, agg_active));
	ir_store(b, 4, half, 0, ir_op2i(b, IR_AND, r, 1));
	map = IR_CALL(b, HLP_MAP_LOOKUP, ir_mapfd(b, lw->cx->mod->maps.v[d->map]), half);
	ir_bri(b, IR_EQ, map, 0, drop, inner);
	ir_at(b, inner);
	r = IR_CALL(b, HLP_MAP_LOOKUP, map, key);
	ir_mov_to(b, cell, r);
	ir_bri(b, IR_EQ, cell, 0, create, got);
	ir_at(b, create);
	IR_CALL(b, HLP_MAP_UPDATE, map, key, ir_mapval(b, lw->cx->m_zero, 0),
		ir_ldi(b, UPD_NOEXIST));
	again = IR_CALL(b, HLP_MAP_LOOKUP, map, key); /* also if another level of nesting made it */
	ir_mov_to(b, cell, again);
	ir_bri(b, IR_EQ, cell, 0, drop, got);
	ir_at(b, drop);
	dt_lower_drop(lw, DT_DROP_AGG);
	lw->agg_end = dt_lower_block(lw, "agg_end");
	ir_jmp(b, lw->agg_end);
	ir_at(b, got);
	return cell;
}

ir_reg dt_lower_agg_cell(struct dt_lower *lw, const struct dt_expr *assign)
{
	const struct dt_expr *agg = assign->a;
	const struct dt_aggdesc *d = agg->agg->desc;
	struct ir_builder *b = &lw->b;

	if (d->keyed)
		return keyed_cell(lw, d, agg);
	if (d->kind != DT_AGG_COUNT)
		ir_store(b, 8, lw->aggbase, (int32_t)d->off, ir_ldi(b, 1)); /* touched */
	return ir_op2i(b, IR_ADD, lw->aggbase, d->off + 8);
}
