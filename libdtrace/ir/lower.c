/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a checked program and its plan to a module: layouts, then one function per program, then
 * what those turned out to need. The order matters in one place: ERROR is made first, since others
 * call it.
 */
#include "ir/lower_priv.h"

/* ------------------------------------------------------------------ one program */

static void set_prog_type(struct ir_func *f)
{
	switch (f->attach->mech) {
	case DT_MECH_PERF_CLOCK:
	case DT_MECH_PERF_EVENT: f->prog_type = PROG_PERF_EVENT; break;
	case DT_MECH_TRACEPOINT: f->prog_type = PROG_TRACEPOINT; break;
	case DT_MECH_KPROBE:
	case DT_MECH_UPROBE: f->prog_type = PROG_KPROBE; break;
	case DT_MECH_KPROBE_MULTI:
		f->prog_type = PROG_KPROBE;
		f->expected_attach_type = ATT_KPROBE_MULTI;
		break;
	case DT_MECH_UPROBE_MULTI:
		f->prog_type = PROG_KPROBE;
		f->expected_attach_type = ATT_UPROBE_MULTI;
		break;
	case DT_MECH_FENTRY:
		f->prog_type = PROG_TRACING;
		f->expected_attach_type = f->attach->is_return ? ATT_FEXIT : ATT_FENTRY;
		break;
	default: f->prog_type = PROG_RAW_TRACEPOINT;
	}
}

static struct ir_func *new_func(struct dt_lower_ctx *cx, struct dt_plan_prog *pg)
{
	bool entry = pg->attach.mech != DT_MECH_CALLED;
	struct ir_func *f = ir_func_new(cx->mod, pg->name, entry, entry ? 1 : 2);

	if (!entry)
		return f;
	f->attach = &pg->attach;
	set_prog_type(f);
	for (uint32_t i = 0; i < pg->probes.n; i++) {
		dt_vec_push(cx->arena, &f->probes, pg->probes.v[i].probe);
		if (!i || pg->attach.index != DT_INDEX_SYSCALL)
			dt_vec_push(cx->arena, &f->hooks, pg->probes.v[i].at);
	}
	return f;
}

/* Programs that the kernel runs by itself do nothing unless tracing is on. */
static bool tests_state(const struct dt_plan_prog *pg)
{
	return pg->attach.mech != DT_MECH_TESTRUN && pg->attach.mech != DT_MECH_CALLED;
}

static struct ir_func *lower_prog(struct dt_lower_ctx *cx, struct dt_plan_prog *pg)
{
	struct dt_lower_priv priv = {.is_error = pg->attach.mech == DT_MECH_CALLED};
	struct dt_lower lw = {.cx = cx, .prog = pg, .priv = &priv};
	struct ir_builder *b = &lw.b;
	struct ir_block *pro, *body;
	ir_reg state;

	b->fn = new_func(cx, pg);
	b->span = pg->clauses.v[0]->span;
	ir_at(b, ir_block_new(b, "entry"));
	lw.ctx = ir_param(b, 0);
	if (priv.is_error)
		lw.slot = ir_param(b, 1);
	dt_lower_regs(&lw);
	pro = ir_block_new(b, "prologue");
	body = ir_block_new(b, "body");
	if (tests_state(pg)) {
		state = ir_load(b, 4, false, dt_lower_state(&lw), 0);
		ir_bri(b, IR_EQ, state, DT_ACTIVE, pro, priv.ret0);
	} else {
		ir_jmp(b, pro);
	}
	ir_at(b, pro);
	ir_at(b, body);
	if (pg->attach.emit)
		dt_lower_hook(&lw);
	dt_lower_clauses(&lw);
	ir_jmp(b, priv.out);
	b->span = pg->clauses.v[0]->span;
	dt_lower_prologue(&lw, pro, body);
	return b->fn;
}

void dt_lower_own_prog(struct dt_lower_ctx *cx, const char *name, const char *event,
		       void (*body)(struct dt_lower *, const void *), const void *arg)
{
	struct dt_lower_priv priv = {0};
	struct dt_lower lw = {.cx = cx, .priv = &priv};
	struct dt_attach *at = DT_NEW(cx->arena, struct dt_attach);
	struct ir_block *pro, *start;

	*at = (struct dt_attach){.mech = DT_MECH_RAW_TP, .target = event, .ctx = DT_CTX_RAW_TP};
	lw.b.fn = ir_func_new(cx->mod, name, true, 1);
	lw.b.fn->prog_type = PROG_RAW_TRACEPOINT;
	lw.b.fn->attach = at;
	pro = ir_block_new(&lw.b, "prologue");
	start = ir_block_new(&lw.b, "body");
	dt_lower_regs(&lw);
	ir_at(&lw.b, pro);
	ir_at(&lw.b, start);
	body(&lw, arg);
	dt_lower_prologue(&lw, pro, start);
}

/* ------------------------------------------------------------------ at the end */

/* Sizes that were not known before all code was made. */
static void finish_maps(struct dt_lower_ctx *cx)
{
	uint32_t size, mask = 63, slot_mask = 63;
	const char *data;
	char *init;

	cx->slot_end = cx->temp_end + dt_round8(cx->opts->scratchsize);
	/*
	 * A runtime function brings an offset into the slot by a mask, the one bound that every
	 * verifier follows through any code a compiler makes of it; then it uses up to four strings
	 * from there. So that this too is inside the map's value, the value is longer than the
	 * slot.
	 */
	while (slot_mask + 1 < cx->slot_end)
		slot_mask = slot_mask * 2 + 1;
	cx->m_slots->value_size = slot_mask + 1 + 4 * dt_round8(cx->sema->strsize) + 128;
	ir_const_set(cx->mod, "slot_mask", slot_mask);
	cx->m_zero->value_size = dt_round8(cx->zero_size);
	data = dt_strtab_data(cx->strtab, &size);
	while (mask + 1 < size)
		mask = mask * 2 + 1;
	init = dt_alloc(cx->arena, mask + 1);
	memcpy(init, data, size);
	cx->m_strtab->value_size = mask + 1;
	cx->m_strtab->init = init;
	ir_const_set(cx->mod, "slot_size", cx->slot_end);
	ir_const_set(cx->mod, "alloca_base", cx->temp_end);
	ir_const_set(cx->mod, "alloca_size", dt_round8(cx->opts->scratchsize));
	ir_const_set(cx->mod, "strsize", cx->sema->strsize);
	ir_const_set(cx->mod, "ncpu", cx->opts->ncpu);
	ir_const_set(cx->mod, "strtab_mask", mask);
}

static void mark_used(struct dt_lower_ctx *cx, bool *used)
{
	used[cx->m_state->number] = used[cx->m_stats->number] = true;
	if (cx->m_perf)
		used[cx->m_perf->number] = true;
	for (struct ir_func *f = cx->mod->first; f; f = f->next)
		IR_EACH_BLOCK (f, blk)
			IR_EACH_INST (blk, i) {
				if (i->map)
					used[i->map->number] = true;
				if (i->op == IR_CALL_RT) /* they look their slot up themselves */
					used[cx->m_slots->number] = true;
			}
	/* the consumer reads aggregations even if their clauses were left out */
	for (uint32_t i = 0; i < cx->aggs.n; i++)
		if (cx->aggs.v[i]->keyed)
			used[cx->aggs.v[i]->map] = true;
	used[cx->m_aggs->number] |= cx->aggs_stride > 0;
}

/* Drops the maps that nothing uses and numbers the others anew. */
static void prune_maps(struct dt_lower_ctx *cx)
{
	struct ir_module *m = cx->mod;
	bool *used = DT_NEW_N(cx->arena, bool, m->maps.n);
	uint32_t *number = DT_NEW_N(cx->arena, uint32_t, m->maps.n), n = 0;

	mark_used(cx, used);
	dt_lower_make_exit(cx, used);
	if (!used[cx->m_aggs->number])
		cx->m_aggs = NULL;
	if (cx->m_ring && !used[cx->m_ring->number] && !used[cx->m_rings->number])
		cx->m_ring = NULL;
	if (cx->m_rings && !used[cx->m_rings->number])
		cx->m_rings = NULL;
	for (uint32_t i = 0; i < m->maps.n; i++) {
		if (!used[i])
			continue;
		number[i] = n;
		m->maps.v[i]->number = n;
		m->maps.v[n++] = m->maps.v[i];
	}
	for (uint32_t i = 0; i < cx->aggs.n; i++)
		if (cx->aggs.v[i]->keyed)
			cx->aggs.v[i]->map = number[cx->aggs.v[i]->map];
	m->maps.n = n;
}

struct dt_lower_ctx *dt_lower(struct dt_arena *a, struct dt_sema *s, struct dt_plan *plan,
			      const struct dt_features *feat, const struct dt_lower_opts *opts)
{
	struct dt_lower_ctx *cx = DT_NEW(a, struct dt_lower_ctx);

	cx->arena = a;
	cx->diags = s->diags;
	cx->sema = s;
	cx->plan = plan;
	cx->features = feat;
	cx->opts = opts;
	cx->mod = ir_module_new(a, s->diags);
	cx->strtab = dt_strtab_new(a);
	cx->recacts = dt_map_new(a);
	cx->dispatch = dt_map_new(a);
	if (!dt_lower_layout(cx))
		return cx;
	if (plan->error)
		cx->error_fn = lower_prog(cx, plan->error);
	for (uint32_t i = 0; i < plan->progs.n; i++)
		if (plan->progs.v[i] != plan->error)
			lower_prog(cx, plan->progs.v[i]);
	if (cx->needs_vtime)
		dt_lower_make_vtime(cx);
	finish_maps(cx);
	dt_lower_describe(cx);
	prune_maps(cx);
	return cx;
}
