/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clauses: predicate, statements, and what a fault does.
 *
 *	clause k:	if (!(row->set & 1 << k)) goto next
 *			if (!predicate) goto next
 *			statements; record_begin before the first one that records
 *			record_commit
 *			goto next
 *	fault_held:	discard the reservation
 *	fault_plain:	fault_fn(ctx, probe, clause and action, pc and code, address)
 *			ERROR's clauses, if there are any
 *	next:		if (exited) goto out			where this clause may exit
 *
 * A site that may fault jumps through a small block that sets code, pc, address and action. Two
 * exits, with and without a reservation, because the kernel's verifier wants to see on every path
 * whether there is one.
 */
#include <stddef.h>
#include "ir/lower_priv.h"

/* ------------------------------------------------------------------ temporaries */

uint32_t dt_lower_temp(struct dt_lower *lw, uint32_t size)
{
	uint32_t off = lw->temp_top;

	lw->temp_top += dt_round8(size ? size : 8);
	if (lw->cx->temp_end < lw->temp_top)
		lw->cx->temp_end = lw->temp_top;
	return off;
}

#define FRAME_MAX  160 /* bytes of temporaries on the frame, of the 512 that call chains share */
#define FRAME_ITEM 64

ir_reg dt_lower_mem(struct dt_lower *lw, uint32_t size)
{
	struct dt_lower_priv *p = lw->priv;
	struct dt_frameslot fs = {.size = dt_round8(size ? size : 8), .used = true};

	if (fs.size <= FRAME_ITEM) {
		for (uint32_t i = 0; i < p->frame.n; i++) {
			struct dt_frameslot *f = &p->frame.v[i];

			if (!f->used && f->size >= fs.size && f->size <= 2 * fs.size) {
				f->used = true;
				return ir_frame(&lw->b, f->obj);
			}
		}
		if (p->frame_bytes + fs.size <= FRAME_MAX) {
			p->frame_bytes += fs.size;
			fs.obj = ir_frameobj(&lw->b, fs.size, "temp");
			dt_vec_push(lw->cx->arena, &p->frame, fs);
			return ir_frame(&lw->b, fs.obj);
		}
	}
	return ir_op2i(&lw->b, IR_ADD, lw->slot, dt_lower_temp(lw, size));
}

ir_reg dt_lower_tmp8(struct dt_lower *lw)
{
	struct dt_lower_priv *p = lw->priv;

	if (!p->has_tmp8) {
		p->has_tmp8 = true;
		p->tmp8 = ir_frameobj(&lw->b, 8, "tmp");
	}
	return ir_frame(&lw->b, p->tmp8);
}

void dt_lower_begin_stmt(struct dt_lower *lw)
{
	struct dt_lower_priv *p = lw->priv;

	lw->temp_top = p->temp_base;
	for (uint32_t i = 0; i < p->frame.n; i++)
		p->frame.v[i].used = false;
}

/* ------------------------------------------------------------------ faults */

static struct ir_block *fault_site(struct dt_lower *lw, enum dt_fault code, ir_reg addr)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *site = dt_lower_block(lw, "fault"), *here = b->block;

	ir_at(b, site);
	ir_ldpc_to(b, lw->fault_pc);
	ir_ldi_to(b, lw->fault_code, code);
	ir_ldi_to(b, lw->fault_action, (int64_t)((uint64_t)lw->clause->index << 32 | lw->action));
	if (addr)
		ir_mov_to(b, lw->fault_addr, addr);
	else
		ir_ldi_to(b, lw->fault_addr, -1);
	ir_jmp(b, lw->fault);
	if (lw->fault == lw->priv->fault_held)
		lw->priv->held_used = true;
	else
		lw->priv->plain_used = true;
	b->block = here;
	return site;
}

void dt_lower_fault(struct dt_lower *lw, enum dt_fault code, ir_reg addr)
{
	if (lw->b.block)
		ir_jmp(&lw->b, fault_site(lw, code, addr));
	lw->b.block = NULL;
}

void dt_lower_fault_if(struct dt_lower *lw, enum ir_cond c, ir_reg x, int64_t imm,
		       enum dt_fault code, ir_reg addr)
{
	struct ir_block *site, *ok;

	if (!lw->b.block)
		return;
	ok = dt_lower_block(lw, NULL);
	site = fault_site(lw, code, addr);
	ir_bri(&lw->b, c, x, imm, site, ok);
	ir_at(&lw->b, ok);
}

/*
 * void dt_fault(ctx, probe, clause << 32 | action, pc << 32 | code, addr): emits an error record.
 * One copy in each program image, however many sites.
 */
void dt_lower_make_fault_fn(struct dt_lower_ctx *cx)
{
	struct dt_lower_priv priv = {0};
	struct dt_lower lw = {.cx = cx, .priv = &priv};
	struct ir_builder *b = &lw.b;
	struct ir_block *pro, *body;
	ir_reg what, obj, probe, code, addr, clause, pc;

	cx->fault_fn = b->fn = ir_func_new(cx->mod, "dt_fault", false, 5);
	ir_at(b, ir_block_new(b, "entry"));
	lw.ctx = ir_param(b, 0);
	probe = ir_param(b, 1);
	what = ir_param(b, 2);
	code = ir_param(b, 3);
	addr = ir_param(b, 4);
	dt_lower_regs(&lw);
	pro = ir_block_new(b, "prologue");
	body = ir_block_new(b, "body");
	ir_jmp(b, pro);
	ir_at(b, pro);
	ir_at(b, body);
	obj = ir_frame(b, ir_frameobj(b, sizeof(struct dt_errrec), "errrec"));
	ir_storei(b, 4, obj, offsetof(struct dt_errrec, h.clause), -1);
	ir_store(b, 4, obj, offsetof(struct dt_errrec, h.probe), probe);
	clause = ir_op2i(b, IR_SHR, what, 32);
	ir_store(b, 4, obj, offsetof(struct dt_errrec, clause), clause);
	ir_store(b, 4, obj, offsetof(struct dt_errrec, code), code);
	ir_store(b, 8, obj, offsetof(struct dt_errrec, addr), addr);
	pc = ir_op2i(b, IR_SHR, code, 32);
	ir_store(b, 8, obj, offsetof(struct dt_errrec, pc), pc);
	ir_store(b, 4, obj, offsetof(struct dt_errrec, action), what);
	ir_storei(b, 4, obj, offsetof(struct dt_errrec, pad), 0);
	ir_atomic_add(b, 8, lw.stats, offsetof(struct dt_cpustats, errors), ir_ldi(b, 1));
	dt_lower_output(&lw, obj, sizeof(struct dt_errrec));
	ir_jmp(b, priv.out);
	dt_lower_prologue(&lw, pro, body);
}

/* ERROR's arg5: 0 where a fault has no address. */
static ir_reg fault_value(struct dt_lower *lw)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *none = dt_lower_block(lw, NULL), *done = dt_lower_block(lw, NULL);
	ir_reg v = ir_mov(b, lw->fault_addr);

	ir_bri(b, IR_EQ, v, -1, none, done);
	ir_at(b, none);
	ir_ldi_to(b, v, 0);
	ir_jmp(b, done);
	ir_at(b, done);
	return v;
}

static bool may_exit(const struct dt_plan_prog *pg)
{
	for (uint32_t k = 0; k < pg->clauses.n; k++)
		if (pg->clauses.v[k]->info->exits)
			return true;
	return false;
}

/* The fault's particulars to where ERROR's arg1..arg5 are read, then ERROR's clauses. */
static void run_error(struct dt_lower *lw)
{
	struct ir_builder *b = &lw->b;
	ir_reg exited;

	ir_store(b, 4, lw->slot, offsetof(struct dt_slot, f_code), lw->fault_code);
	ir_store(b, 8, lw->slot, offsetof(struct dt_slot, f_probe), dt_lower_probe_id(lw));
	ir_store(b, 8, lw->slot, offsetof(struct dt_slot, f_action),
		 ir_ext(b, lw->fault_action, 4, false));
	ir_store(b, 8, lw->slot, offsetof(struct dt_slot, f_pc), lw->fault_pc);
	ir_store(b, 8, lw->slot, offsetof(struct dt_slot, f_addr), fault_value(lw));
	ir_store(b, 8, lw->slot, offsetof(struct dt_slot, f_epid), dt_lower_epid(lw));
	exited = IR_CALL_FN(b, lw->cx->error_fn, lw->ctx, lw->slot);
	if (may_exit(lw->cx->plan->error)) {
		ir_mov_to(b, lw->priv->exited, exited);
		lw->priv->exits = true;
	}
}

static void fault_exits(struct dt_lower *lw)
{
	struct ir_builder *b = &lw->b;
	struct dt_lower_priv *p = lw->priv;
	ir_reg code;

	if (p->held_used) {
		ir_at(b, p->fault_held);
		dt_lower_record_abort(lw);
		ir_jmp(b, p->fault_plain);
	}
	if (!p->held_used && !p->plain_used)
		return;
	ir_at(b, p->fault_plain);
	if (p->is_error) {
		dt_lower_drop(lw, DT_DROP_DBLERROR);
	} else {
		if (!lw->cx->fault_fn)
			dt_lower_make_fault_fn(lw->cx);
		code = ir_op2(b, IR_OR, ir_op2i(b, IR_SHL, lw->fault_pc, 32), lw->fault_code);
		IR_CALL_FN(b, lw->cx->fault_fn, lw->ctx, lw->probe, lw->fault_action, code,
			   lw->fault_addr);
		if (lw->cx->error_fn)
			run_error(lw);
	}
	ir_jmp(b, p->next);
}

/* ------------------------------------------------------------------ statements */

static void call_action(struct dt_lower *lw, const struct dt_expr *e)
{
	struct ir_builder *b = &lw->b;
	struct dt_recact *act = dt_lower_recact(lw, e);
	struct dt_val unused = {0};

	if (act)
		dt_lower_record_begin(lw);
	if (e->func->lower)
		e->func->lower(lw, e, e->func->kind == DT_FN_SUBR ? &unused : NULL);
	if (e->func->flags & DT_FF_EXIT) {
		ir_ldi_to(b, lw->priv->exited, 1);
		lw->priv->exits = true;
	}
	if (act && lw->mask)
		ir_mov_to(b, lw->mask,
			  ir_op2(b, IR_OR, lw->mask, ir_ldi(b, (int64_t)(1ull << act->bit))));
}

/* An expression for its effect. */
static void effect(struct dt_lower *lw, const struct dt_expr *e)
{
	struct ir_builder *b = &lw->b;
	struct dt_val unused;

	if (e->kind == E_COMMA) {
		effect(lw, e->a);
		effect(lw, e->b);
	} else if (e->kind == E_CALL && e->func && e->func->kind != DT_FN_AGG) {
		call_action(lw, e);
	} else if (e->kind == E_ASSIGN && e->a->kind == E_AGG) {
		lw->agg_end = NULL;
		if (e->b->func && e->b->func->lower)
			e->b->func->lower(lw, e, NULL);
		if (lw->agg_end) {
			ir_jmp(b, lw->agg_end);
			ir_at(b, lw->agg_end);
			lw->agg_end = NULL;
		}
	} else if (e->kind != E_AGG) {
		dt_lower_expr(lw, e, &unused);
	}
}

static void stmt(struct dt_lower *lw, const struct dt_stmt *s);

static void if_stmt(struct dt_lower *lw, const struct dt_stmt *s)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *yes = dt_lower_block(lw, "then"), *end = dt_lower_block(lw, "endif"), *no;
	int ts;

	no = s->otherwise ? dt_lower_block(lw, "else") : end;
	dt_lower_begin_stmt(lw);
	lw->action++;
	dt_lower_cond(lw, s->expr, yes, no);
	ts = lw->priv->ts_state;
	ir_at(b, yes);
	if (s->then)
		stmt(lw, s->then);
	ir_jmp(b, end);
	dt_lower_ts_join(lw, ts);
	if (s->otherwise) {
		ir_at(b, no);
		ts = lw->priv->ts_state;
		stmt(lw, s->otherwise);
		ir_jmp(b, end);
		dt_lower_ts_join(lw, ts);
	}
	ir_at(b, end);
}

static void stmt(struct dt_lower *lw, const struct dt_stmt *s)
{
	struct dt_span outer = lw->b.span;

	lw->b.span = s->span;
	switch (s->kind) {
	case S_EXPR:
		dt_lower_begin_stmt(lw);
		lw->action++;
		effect(lw, s->expr);
		break;
	case S_IF: if_stmt(lw, s); break;
	case S_BLOCK:
		for (uint32_t i = 0; i < s->body.n; i++)
			stmt(lw, s->body.v[i]);
		break;
	case S_EMPTY: break;
	}
	lw->b.span = outer;
}

/* ------------------------------------------------------------------ clauses */

static bool uses_alloca(const struct dt_expr *e)
{
	if (!e)
		return false;
	if (e->kind == E_CALL && e->space == SP_SCRATCH)
		return true;
	for (uint32_t i = 0; i < e->list.n; i++)
		if (uses_alloca(e->list.v[i]))
			return true;
	return uses_alloca(e->a) || uses_alloca(e->b) || uses_alloca(e->c);
}

static bool stmt_uses_alloca(const struct dt_stmt *s)
{
	if (!s)
		return false;
	for (uint32_t i = 0; i < s->body.n; i++)
		if (stmt_uses_alloca(s->body.v[i]))
			return true;
	return uses_alloca(s->expr) || stmt_uses_alloca(s->then) || stmt_uses_alloca(s->otherwise);
}

static void clause(struct dt_lower *lw, uint32_t k, struct dt_clause *c)
{
	struct ir_builder *b = &lw->b;
	struct dt_lower_priv *p = lw->priv;
	struct ir_block *run, *more;
	int ts = p->ts_state;

	b->span = c->span;
	lw->clause = c;
	lw->desc = lw->cx->descs.v[c->index];
	lw->action = 0;
	p->next = dt_lower_block(lw, "next");
	p->fault_plain = dt_lower_block(lw, "faulted");
	p->fault_held = dt_lower_block(lw, "faulted_held");
	p->plain_used = p->held_used = p->exits = false;
	lw->fault = p->fault_plain;
	p->temp_base = lw->temp_top = lw->cx->this_end;
	dt_lower_clause_test(lw, k, p->next);
	dt_lower_begin_stmt(lw);
	if (uses_alloca(c->pred) || stmt_uses_alloca(c->body))
		ir_store(b, 8, lw->slot, offsetof(struct dt_slot, alloca_top),
			 ir_ldconst(b, "alloca_base"));
	if (c->pred) {
		run = dt_lower_block(lw, "run");
		b->span = c->pred->span;
		dt_lower_cond(lw, c->pred, run, p->next);
		ir_at(b, run);
		b->span = c->span;
	}
	dt_lower_begin_stmt(lw);
	dt_lower_record_open(lw);
	p->temp_base = lw->temp_top;
	if (c->body)
		stmt(lw, c->body);
	dt_lower_record_commit(lw);
	ir_jmp(b, p->next);
	fault_exits(lw);
	ir_at(b, p->next);
	dt_lower_ts_join(lw, ts);
	if (p->exits && k + 1 < lw->prog->clauses.n) { /* the clause finished: the firing has too */
		more = dt_lower_block(lw, NULL);
		ir_bri(b, IR_NE, p->exited, 0, p->out, more);
		ir_at(b, more);
	}
}

void dt_lower_clauses(struct dt_lower *lw)
{
	for (uint32_t k = 0; k < lw->prog->clauses.n; k++)
		clause(lw, k, lw->prog->clauses.v[k]);
}
