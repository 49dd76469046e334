/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which probe is it, and what does its context give: the frame of a program, and argument sources.
 *
 *	entry:		if (state != ACTIVE) return 0
 *	prologue:	find the probe's row; cpu; its statistics and aggregations; claim a slot
 *	body:		the clauses
 *	out:		release the slot; return 0
 *
 * The prologue is made last, when it is known which of the registers it would set are read by any
 * instruction: a program pays for what its clauses use. `@ = count()` on all system calls comes out
 * as state, cpu, address, atomic add.
 */
#include <stddef.h>
#include "bpf/features.h"
#include "ir/lower_priv.h"

/* Where the kernel's struct pt_regs has things, and a function its arguments: in registers, then
 * from STACK_ARGS above the stack pointer on. */
#if defined(__x86_64__)
enum { REGS_IP = 128, REGS_CS = 136, REGS_SYSNO = 120, REGS_USER_MASK = 3, NREGS = 21 };
enum { REGS_RESULT = 80, REGS_SP = 152, STACK_ARGS = 8 };
static const int16_t func_args[] = {112, 104, 96, 88, 72, 64};
#define REGS_IS_USER IR_NE
#elif defined(__aarch64__)
enum { REGS_IP = 256, REGS_CS = 264, REGS_SYSNO = 280, REGS_USER_MASK = 15, NREGS = 34 };
enum { REGS_RESULT = 0, REGS_SP = 248, STACK_ARGS = 0 };
static const int16_t func_args[] = {0, 8, 16, 24, 32, 40, 48, 56};
#define REGS_IS_USER IR_EQ
#else
#error "pt_regs of this architecture"
#endif

/* ------------------------------------------------------------------ the frame of a program */

void dt_lower_regs(struct dt_lower *lw)
{
	struct ir_builder *b = &lw->b;

	if (!lw->slot)
		lw->slot = ir_newreg(b);
	lw->slot_no = ir_newreg(b);
	lw->cpu = ir_newreg(b);
	lw->stats = ir_newreg(b);
	lw->aggbase = ir_newreg(b);
	lw->probe = ir_newreg(b);
	lw->row = ir_newreg(b);
	lw->ts = ir_newreg(b);
	lw->priv->vtin = ir_newreg(b);
	lw->priv->exited = ir_newreg(b);
	lw->fault_code = ir_newreg(b);
	lw->fault_addr = ir_newreg(b);
	lw->fault_action = ir_newreg(b);
	lw->fault_pc = ir_newreg(b);
	lw->priv->out = ir_block_new(b, "out");
	lw->priv->ret0 = ir_block_new(b, "ret0");
}

struct uses {
	bool *read;
};

static struct uses find_uses(struct dt_lower *lw)
{
	struct uses u = {DT_NEW_N(lw->cx->arena, bool, lw->b.fn->nregs + 1)};
	ir_reg *use[8];

	IR_EACH_BLOCK (lw->b.fn, blk)
		IR_EACH_INST (blk, i)
			for (unsigned n = ir_uses(i, use); n; n--)
				u.read[*use[n - 1]] = true;
	return u;
}

/* The frozen table of a program with several probes: rows by number, in one map value. */
static struct dt_mapdef *probe_table(struct dt_lower *lw, uint32_t *nrows, uint32_t *rowsize)
{
	const struct dt_plan_prog *pg = lw->prog;
	struct dt_lower_ctx *cx = lw->cx;
	struct dt_mapdef *m;
	uint32_t n = 0;
	char *mem;

	*rowsize = sizeof(struct dt_probe_row) + dt_round8((pg->clauses.n + 7) / 8);
	for (uint32_t i = 0; i < pg->probes.n; i++)
		if (n <= pg->probes.v[i].index_val)
			n = pg->probes.v[i].index_val + 1;
	*nrows = n;
	mem = dt_alloc(cx->arena, (size_t)n * *rowsize);
	for (uint32_t i = 0; i < pg->probes.n; i++) {
		const struct dt_plan_probe *pp = &pg->probes.v[i];
		const struct dt_probe *pr = pp->probe;
		char *at = mem + (size_t)pp->index_val * *rowsize;
		struct dt_probe_row row = {.index = pr->index, .id = pr->id};

		row.prov = dt_strtab_add(cx->strtab, pr->prov, strlen(pr->prov));
		row.mod = dt_strtab_add(cx->strtab, pr->mod, strlen(pr->mod));
		row.func = dt_strtab_add(cx->strtab, pr->func, strlen(pr->func));
		row.name = dt_strtab_add(cx->strtab, pr->name, strlen(pr->name));
		memcpy(at, &row, sizeof(row));
		for (uint32_t k = 0; k < pp->clauses.n; k++)
			at[sizeof(row) + pp->clauses.v[k] / 8] |= (char)(1 << pp->clauses.v[k] % 8);
	}
	m = ir_map_new(cx->mod, dt_asprintf(cx->arena, "probes_%s", pg->name), MAP_ARRAY, 4,
		       n * *rowsize, 1, F_RDONLY_PROG);
	m->frozen = true;
	m->init = mem;
	return m;
}

/* The number of the system call: given at the tracepoint of its entry, else in the user's registers. */
static ir_reg syscall_number(struct dt_lower *lw)
{
	struct ir_builder *b = &lw->b;
	const struct dt_attach *at = &lw->prog->attach;
	ir_reg regs, tmp, ok;

	if (at->ctx == DT_CTX_RAW_TP && (!at->target || strcmp(at->target, "sys_exit")))
		return ir_load(b, 8, false, lw->ctx, 8);
	tmp = dt_lower_tmp8(lw);
	if (at->ctx == DT_CTX_RAW_TP) {
		regs = ir_load(b, 8, false, lw->ctx, 0);
	} else {
		regs = ir_call(b, HLP_CURRENT_TASK_BTF, 0, NULL);
		regs = IR_CALL(b, HLP_TASK_PT_REGS, regs);
	}
	ok = IR_CALL(b, HLP_READ_KERNEL, tmp, ir_ldi(b, 8), ir_op2i(b, IR_ADD, regs, REGS_SYSNO));
	(void)ok; /* on failure the helper zeroes; the kernel's own registers are always there */
#if defined(__aarch64__)
	return ir_load(b, 4, false, tmp, 0);
#else
	return ir_load(b, 8, false, tmp, 0);
#endif
}

/* What the stub has left for us, on this CPU: nothing comes between it and us. */
static ir_reg stub_index(struct dt_lower *lw)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *there = dt_lower_block(lw, "stub");
	ir_reg key = dt_lower_tmp8(lw), p;

	b->fn->stub_index =
		ir_map_new(lw->cx->mod, dt_asprintf(lw->cx->arena, "stub_%s", lw->prog->name),
			   MAP_PERCPU_ARRAY, 4, 8, 1, 0);
	ir_storei(b, 4, key, 0, 0);
	p = IR_CALL(b, HLP_MAP_LOOKUP, ir_mapfd(b, b->fn->stub_index), key);
	ir_bri(b, IR_EQ, p, 0, lw->priv->ret0, there);
	ir_at(b, there);
	return ir_load(b, 8, false, p, 0);
}

/* What the rows of the table of probes are found by. */
static ir_reg row_number(struct dt_lower *lw)
{
	lw->b.fn->asks_cookie = lw->prog->attach.index == DT_INDEX_COOKIE;
	if (lw->b.fn->asks_cookie)
		return IR_CALL(&lw->b, HLP_ATTACH_COOKIE, lw->ctx);
	if (lw->prog->attach.index == DT_INDEX_STUB)
		return stub_index(lw);
	return syscall_number(lw);
}

/*
 * Returns from functions that are watched in one process are reported to the perf events of every
 * process that is watched there: the kernel looks at who it is at entry only.
 */
static void ask_process(struct dt_lower *lw)
{
	const struct dt_attach *at = &lw->prog->attach;
	struct ir_block *ours;

	if (at->mech != DT_MECH_UPROBE || !at->is_return || !at->pid)
		return;
	ours = dt_lower_block(lw, "ours");
	ir_bri(&lw->b, IR_EQ, dt_lower_tgid(lw), at->pid, ours, lw->priv->ret0);
	ir_at(&lw->b, ours);
}

static void find_probe(struct dt_lower *lw, const struct uses *u)
{
	struct ir_builder *b = &lw->b;
	const struct dt_plan_prog *pg = lw->prog;
	struct ir_block *known, *ours;
	uint32_t nrows, rowsize;
	struct dt_mapdef *m;
	ir_reg nr;

	ask_process(lw);
	if (pg->probes.n == 1) {
		if (u->read[lw->probe])
			ir_ldi_to(b, lw->probe, pg->probes.v[0].probe->index);
		if (pg->attach.index == DT_INDEX_SYSCALL) {
			ours = dt_lower_block(lw, "ours");
			ir_bri(b, IR_EQ, syscall_number(lw), pg->probes.v[0].index_val, ours,
			       lw->priv->ret0);
			ir_at(b, ours);
		}
		return;
	}
	if (pg->complete && !u->read[lw->row] && !u->read[lw->probe])
		return;
	m = probe_table(lw, &nrows, &rowsize);
	known = dt_lower_block(lw, "known");
	ours = dt_lower_block(lw, "ours");
	nr = row_number(lw);
	ir_bri(b, IR_LT, nr, nrows, known, lw->priv->ret0);
	ir_at(b, known);
	ir_mov_to(b, lw->row,
		  ir_op2(b, IR_ADD, ir_mapval(b, m, 0), ir_op2i(b, IR_MUL, nr, rowsize)));
	ir_bri(b, IR_NE, ir_load(b, 4, false, lw->row, offsetof(struct dt_probe_row, id)), 0, ours,
	       lw->priv->ret0);
	ir_at(b, ours);
	if (u->read[lw->probe])
		ir_mov_to(b, lw->probe,
			  ir_load(b, 4, false, lw->row, offsetof(struct dt_probe_row, index)));
}

/* What one CPU has of a map's value. The mask is for the verifier: it stays true if the number is
 * spilled, as no comparison does before 5.12. Such values have room for a power of two of CPUs. */
static void cpu_share(struct dt_lower *lw, ir_reg out, struct dt_mapdef *m, ir_reg first,
		      uint32_t size)
{
	struct ir_builder *b = &lw->b;
	uint64_t mask = 1;
	ir_reg r;

	while (mask < lw->cx->opts->ncpu)
		mask *= 2;
	r = ir_op2i(b, IR_AND, lw->cpu, (int64_t)mask - 1);
	if (first)
		r = ir_op2(b, IR_ADD, first, r);
	r = ir_op2i(b, IR_MUL, r, size);
	ir_mov_to(b, out, ir_op2(b, IR_ADD, ir_mapval(b, m, 0), r));
}

static void find_cpu(struct dt_lower *lw, const struct uses *u, bool stats)
{
	struct ir_builder *b = &lw->b;
	ir_reg half;

	ir_mov_to(b, lw->cpu, ir_call(b, HLP_CPU, 0, NULL));
	if (stats)
		cpu_share(lw, lw->stats, lw->cx->m_stats, 0, sizeof(struct dt_cpustats));
	if (u->read[lw->priv->vtin])
		cpu_share(lw, lw->priv->vtin, lw->cx->m_vtin, 0, 8);
	if (u->read[lw->aggbase]) {
		half = ir_load(b, 4, false, dt_lower_state(lw),
			       offsetof(struct dt_state, agg_active));
		half = ir_op2i(b, IR_AND, half, 1);
		half = ir_op2i(b, IR_MUL, half, lw->cx->opts->ncpu);
		cpu_share(lw, lw->aggbase, lw->cx->m_aggs, half, lw->cx->aggs_stride);
	}
}

/* One try: slot cpu * DT_NSLOTS + k. */
static void try_slot(struct dt_lower *lw, unsigned k, struct ir_block *got, struct ir_block *next)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *there = dt_lower_block(lw, "slot"), *take;
	ir_reg key = dt_lower_tmp8(lw), old;

	ir_mov_to(b, lw->slot_no, ir_op2i(b, IR_ADD, ir_op2i(b, IR_MUL, lw->cpu, DT_NSLOTS), k));
	ir_store(b, 4, key, 0, lw->slot_no);
	ir_mov_to(b, lw->slot, IR_CALL(b, HLP_MAP_LOOKUP, ir_mapfd(b, lw->cx->m_slots), key));
	ir_bri(b, IR_EQ, lw->slot, 0, next, there);
	ir_at(b, there);
	if (dt_feature(lw->cx->features, FEAT_ATOMICS)) {
		old = ir_cmpxchg(b, 4, lw->slot, offsetof(struct dt_slot, busy), ir_ldi(b, 0),
				 ir_ldi(b, 1));
		ir_bri(b, IR_EQ, old, 0, got, next);
	} else { /* such kernels don't preempt programs; a nested one puts back what it found */
		take = dt_lower_block(lw, "take");
		old = ir_load(b, 4, false, lw->slot, offsetof(struct dt_slot, busy));
		ir_bri(b, IR_EQ, old, 0, take, next);
		ir_at(b, take);
		ir_storei(b, 4, lw->slot, offsetof(struct dt_slot, busy), 1);
		ir_jmp(b, got);
	}
}

static void claim_slot(struct dt_lower *lw)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *got = dt_lower_block(lw, "claimed"), *next;

	for (unsigned k = 0; k < DT_NSLOTS; k++) {
		next = dt_lower_block(lw, "try");
		try_slot(lw, k, got, next);
		ir_at(b, next);
	}
	dt_lower_drop(lw, DT_DROP_SCRATCH);
	ir_jmp(b, lw->priv->ret0);
	ir_at(b, got);
	ir_store(b, 8, lw->slot, offsetof(struct dt_slot, alloca_top),
		 ir_ldconst(b, "alloca_base"));
	ir_store(b, 4, lw->slot, offsetof(struct dt_slot, index), lw->slot_no);
	if (lw->priv->uses_this && lw->cx->this_end > sizeof(struct dt_slot))
		dt_lower_zero(lw, lw->slot, sizeof(struct dt_slot),
			      lw->cx->this_end - (uint32_t)sizeof(struct dt_slot));
}

/* Blocks made after `tail` are moved behind `at`, where control meets them. */
static void move_blocks(struct ir_func *f, struct ir_block *at, struct ir_block *tail)
{
	struct ir_block *first = tail->next, *last = f->last;
	uint32_t n = 0;

	if (first && at != tail) {
		tail->next = NULL;
		f->last = tail;
		last->next = at->next;
		at->next = first;
	}
	IR_EACH_BLOCK (f, b)
		b->number = n++;
}

static void finish_out(struct dt_lower *lw, bool release)
{
	struct ir_builder *b = &lw->b;

	ir_at(b, lw->priv->out);
	if (release)
		ir_storei(b, 4, lw->slot, offsetof(struct dt_slot, busy), 0);
	ir_jmp(b, lw->priv->ret0);
	ir_at(b, lw->priv->ret0);
	if (lw->priv->is_error) /* tells the caller, whose firing it is */
		ir_ret(b, lw->priv->exited);
	else
		ir_reti(b, 0);
}

/*
 * Fills block `at`, which then goes on to body, and the way out. The slot of a subprogram is its
 * caller's: it comes as a parameter, its number is in it.
 */
void dt_lower_prologue(struct dt_lower *lw, struct ir_block *at, struct ir_block *body)
{
	struct uses u = find_uses(lw);
	struct ir_builder *b = &lw->b;
	bool entry = b->fn->is_entry, slot = entry && (u.read[lw->slot] || u.read[lw->slot_no]);
	bool stats = u.read[lw->stats] || slot;
	struct ir_block *tail;

	finish_out(lw, slot);
	tail = b->fn->last;
	ir_at(b, at);
	if (u.read[lw->priv->exited] || lw->priv->is_error)
		ir_ldi_to(b, lw->priv->exited, 0);
	if (lw->prog)
		find_probe(lw, &u);
	if (u.read[lw->ts])
		ir_ldi_to(b, lw->ts, 0);
	if (u.read[lw->cpu] || stats || u.read[lw->aggbase] || u.read[lw->priv->vtin])
		find_cpu(lw, &u, stats);
	if (slot)
		claim_slot(lw);
	else if (!entry && u.read[lw->slot_no])
		ir_mov_to(b, lw->slot_no,
			  ir_load(b, 4, false, lw->slot, offsetof(struct dt_slot, index)));
	ir_jmp(b, body);
	move_blocks(b->fn, at, tail);
}

/* ------------------------------------------------------------------ things known of the probe */

static bool runs_everywhere(const struct dt_plan_prog *pg, uint32_t k)
{
	uint32_t c = 0;

	for (uint32_t i = 0; i < pg->probes.n; i++) {
		for (c = 0; c < pg->probes.v[i].clauses.n; c++)
			if (pg->probes.v[i].clauses.v[c] >= k)
				break;
		if (c == pg->probes.v[i].clauses.n || pg->probes.v[i].clauses.v[c] != k)
			return false;
	}
	return true;
}

/* Goes to `no` if this firing's probe does not run the program's k-th clause. */
void dt_lower_clause_test(struct dt_lower *lw, uint32_t k, struct ir_block *no)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *yes;
	ir_reg set;

	if (lw->prog->uniform || runs_everywhere(lw->prog, k))
		return;
	yes = dt_lower_block(lw, "clause");
	set = ir_load(b, 1, false, lw->row, (int32_t)(sizeof(struct dt_probe_row) + k / 8));
	ir_bri(b, IR_SET, set, 1 << k % 8, yes, no);
	ir_at(b, yes);
}

/* The program's probe, if it has only one (which may hang at several places). */
static const struct dt_probe *only_probe(const struct dt_lower *lw)
{
	const struct dt_plan_prog *pg = lw->prog;

	for (uint32_t i = 1; i < pg->probes.n; i++)
		if (pg->probes.v[i].probe != pg->probes.v[0].probe)
			return NULL;
	return pg->probes.v[0].probe;
}

ir_reg dt_lower_probe_id(struct dt_lower *lw)
{
	if (only_probe(lw))
		return ir_ldi(&lw->b, only_probe(lw)->id);
	return ir_load(&lw->b, 4, false, lw->row, offsetof(struct dt_probe_row, id));
}

/* dt_plan_epid(), computed. */
ir_reg dt_lower_epid(struct dt_lower *lw)
{
	struct ir_builder *b = &lw->b;
	uint32_t n = lw->cx->sema->clauses.n;

	if (only_probe(lw))
		return ir_ldi(b, dt_plan_epid(lw->cx->plan, n, only_probe(lw), lw->clause));
	return ir_op2i(b, IR_ADD, ir_op2i(b, IR_MUL, lw->probe, n), lw->clause->index + 1);
}

/* String id of probeprov, probemod, probefunc, probename. */
ir_reg dt_lower_probe_str(struct dt_lower *lw, enum dt_builtin which)
{
	const struct dt_probe *pr = only_probe(lw);
	int32_t off = which == BV_PROBEPROV   ? offsetof(struct dt_probe_row, prov)
		      : which == BV_PROBEMOD  ? offsetof(struct dt_probe_row, mod)
		      : which == BV_PROBEFUNC ? offsetof(struct dt_probe_row, func)
					      : offsetof(struct dt_probe_row, name);
	const char *s;

	if (!pr)
		return ir_load(&lw->b, 4, false, lw->row, off);
	s = which == BV_PROBEPROV   ? pr->prov
	    : which == BV_PROBEMOD  ? pr->mod
	    : which == BV_PROBEFUNC ? pr->func
				    : pr->name;
	return ir_ldi(&lw->b, dt_strtab_add(lw->cx->strtab, s, strlen(s)));
}

static const struct dt_extent *dispatch_of(struct dt_lower *lw, const char *event)
{
	static const struct dt_extent none[2];
	struct dt_extent *v;

	if (!event) /* BEGIN and its like are run, not attached */
		return none;
	v = dt_map_gets(lw->cx->dispatch, event);
	if (!v) {
		v = DT_NEW_N(lw->cx->arena, struct dt_extent, 2);
		if (lw->cx->opts->dispatch)
			lw->cx->opts->dispatch(event, v);
		dt_map_sets(lw->cx->dispatch, event, v);
	}
	return v;
}

#define OWN_FRAMES 2 /* the program and bpf_trace_runN, or its trampoline */

/* From a trampoline, is it to be seen whether the function itself is in the stack? */
static bool entered(const struct dt_lower *lw)
{
	return lw->prog && lw->prog->attach.ctx == DT_CTX_FUNC && lw->prog->attach.from_caller &&
	       dt_feature(lw->cx->features, FEAT_FUNC_IP);
}

bool dt_lower_stack_dispatched(const struct dt_lower *lw)
{
	return lw->prog &&
	       (entered(lw) || lw->prog->attach.ctx == DT_CTX_RAW_TP ||
		lw->prog->attach.ctx == DT_CTX_RECORD || lw->prog->attach.ctx == DT_CTX_NONE);
}

bool dt_lower_stack_from_caller(const struct dt_lower *lw)
{
	return lw->prog && lw->prog->attach.from_caller;
}

/* The function itself is there, but in registers that have left it; from a trampoline, so are the
 * program and the trampoline. */
int64_t dt_lower_stack_skip(const struct dt_lower *lw)
{
	const struct dt_attach *at = lw->prog ? &lw->prog->attach : NULL;

	if (!at || entered(lw) ||
	    (at->ctx != DT_CTX_FUNC && (at->ctx != DT_CTX_KREGS || at->is_return)))
		return 0;
	return (at->ctx == DT_CTX_FUNC ? OWN_FRAMES : 0) + at->from_caller;
}

#define CALL_SITE 32 /* bytes: a function calls its trampoline in its first few */

/* at, the offset of the next frame in mem, goes on by one if that is in [from, from + len). */
static void leave_out(struct dt_lower *lw, ir_reg mem, ir_reg at, ir_reg from, uint64_t len)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *is = dt_lower_block(lw, "dispatcher"), *not = dt_lower_block(lw, NULL);
	ir_reg pc = ir_load(b, 8, false, ir_op2(b, IR_ADD, mem, at), 0);

	ir_br(b, IR_LT, ir_op2(b, IR_SUB, pc, from), ir_ldi(b, (int64_t)len), is, not );
	ir_at(b, is);
	ir_mov_to(b, at, ir_op2i(b, IR_ADD, at, 8));
	ir_jmp(b, not );
	ir_at(b, not );
}

/*
 * A sample's stack is taken from the registers it interrupted. On a raw tracepoint the program and
 * bpf_trace_runN come before the event's own frame, and up to two more functions of the kernel: one
 * where its compiler made no jump of its call, one while others listen to the event too. They can
 * only be told by their addresses, each time. The stack of a record begins where the record is
 * made, with the second of these at most. A trampoline is called by the function, whose frame is not
 * wanted; or jumped to, which newer kernels do while there is a program at its return, and then there
 * is no such frame.
 */
static ir_reg take_stack(struct dt_lower *lw, bool user, uint32_t frames, ir_reg *first)
{
	bool raw = !user && dt_lower_stack_dispatched(lw);
	struct ir_builder *b = &lw->b;
	uint32_t own = raw && lw->prog->attach.ctx != DT_CTX_RECORD ? OWN_FRAMES : 0;
	uint32_t size = (frames + own + (raw ? 2 : 0)) * 8;
	ir_reg mem = ir_op2i(b, IR_ADD, lw->slot, dt_lower_temp(lw, size)), at, n;
	const struct dt_extent *skip;

	n = IR_CALL(b, HLP_GET_STACK, lw->ctx, mem, ir_ldi(b, size),
		    ir_ldi(b, user ? STACK_USER : dt_lower_stack_skip(lw)));
	if (!raw) {
		*first = mem;
		return n;
	}
	at = ir_newreg(b);
	ir_ldi_to(b, at, own * 8);
	if (entered(lw)) {
		leave_out(lw, mem, at, IR_CALL(b, HLP_FUNC_IP, lw->ctx), CALL_SITE);
	} else {
		skip = dispatch_of(lw, lw->prog->attach.target);
		for (unsigned i = 0; i < 2; i++)
			if (skip[i].len)
				leave_out(lw, mem, at, ir_ldi(b, (int64_t)skip[i].from),
					  skip[i].len);
	}
	*first = ir_op2(b, IR_ADD, mem, at);
	return ir_op2(b, IR_SUB, n, at);
}

bool dt_lower_stack_entry(const struct dt_lower *lw)
{
	return lw->prog && lw->prog->attach.ctx == DT_CTX_UREGS && lw->prog->attach.at_entry;
}

/*
 * At a function's first instruction the frame pointer is still its caller's, so that a walk along
 * frame pointers misses the caller: its place is what the stack pointer points to. It is put second,
 * unless the kernel has seen to that itself, as newer ones do for some first instructions.
 */
static ir_reg take_entry_stack(struct dt_lower *lw, uint32_t frames, ir_reg *first)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *more = dt_lower_block(lw, NULL), *differs = dt_lower_block(lw, NULL),
			*insert = dt_lower_block(lw, "caller"), *done = dt_lower_block(lw, NULL);
	ir_reg mem = ir_op2i(b, IR_ADD, lw->slot, dt_lower_temp(lw, (frames + 1) * 8));
	ir_reg n = ir_newreg(b), at = ir_newreg(b), caller;

	ir_ldi_to(b, at, 8);
	ir_mov_to(b, n,
		  IR_CALL(b, HLP_GET_STACK, lw->ctx, ir_op2i(b, IR_ADD, mem, 8),
			  ir_ldi(b, frames * 8), ir_ldi(b, STACK_USER)));
	ir_bri(b, IR_SLT, n, 8, done, more);
	ir_at(b, more);
	caller = dt_lower_peek(lw, SP_USER, ir_load(b, 8, false, lw->ctx, REGS_SP), 8, false);
	ir_bri(b, IR_EQ, caller, 0, done, differs);
	ir_at(b, differs);
	if (frames > 1) {
		struct ir_block *not_there = dt_lower_block(lw, NULL);

		ir_br(b, IR_EQ, caller, ir_load(b, 8, false, mem, 16), done, not_there);
		ir_at(b, not_there);
	}
	ir_jmp(b, insert);
	ir_at(b, insert);
	ir_store(b, 8, mem, 0, ir_load(b, 8, false, mem, 8));
	ir_store(b, 8, mem, 8, caller);
	ir_ldi_to(b, at, 0);
	ir_mov_to(b, n, ir_op2i(b, IR_ADD, n, 8));
	ir_jmp(b, done);
	ir_at(b, done);
	*first = ir_op2(b, IR_ADD, mem, at);
	return n;
}

ir_reg dt_lower_take_stack(struct dt_lower *lw, bool user, uint32_t frames, ir_reg *first)
{
	if (user && dt_lower_stack_entry(lw))
		return take_entry_stack(lw, frames, first);
	return take_stack(lw, user, frames, first);
}

/* ------------------------------------------------------------------ arguments */

static ir_reg profile_pc(struct dt_lower *lw, bool user)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *take = dt_lower_block(lw, "pc"), *done = dt_lower_block(lw, NULL);
	ir_reg pc = ir_newreg(b), mode = ir_load(b, 8, false, lw->ctx, REGS_CS);

	ir_ldi_to(b, pc, 0);
	mode = ir_op2i(b, IR_AND, mode, REGS_USER_MASK);
	if (user)
		ir_bri(b, REGS_IS_USER, mode, 0, take, done);
	else
		ir_bri(b, REGS_IS_USER, mode, 0, done, take);
	ir_at(b, take);
	ir_mov_to(b, pc, ir_load(b, 8, false, lw->ctx, REGS_IP));
	ir_jmp(b, done);
	ir_at(b, done);
	return pc;
}

static ir_reg fault_arg(struct dt_lower *lw, int64_t field)
{
	struct ir_builder *b = &lw->b;

	switch (field) {
	case DT_FLTF_EPID: return ir_load(b, 8, false, lw->slot, offsetof(struct dt_slot, f_epid));
	case DT_FLTF_PROBE:
		return ir_load(b, 8, false, lw->slot, offsetof(struct dt_slot, f_probe));
	case DT_FLTF_ACTION:
		return ir_load(b, 8, false, lw->slot, offsetof(struct dt_slot, f_action));
	case DT_FLTF_PC: return ir_load(b, 8, false, lw->slot, offsetof(struct dt_slot, f_pc));
	case DT_FLTF_CODE: return ir_load(b, 4, false, lw->slot, offsetof(struct dt_slot, f_code));
	case DT_FLTF_ADDR: return ir_load(b, 8, false, lw->slot, offsetof(struct dt_slot, f_addr));
	default: return ir_ldi(b, 0);
	}
}

/* Memory of one of the two worlds: without faults (what can't be read is 0), or with. */
static ir_reg read_memory(struct dt_lower *lw, enum dt_space space, ir_reg p,
			  const struct dt_argsrc *s, bool faults)
{
	return faults ? dt_lower_read(lw, space, p, s->size, s->is_signed)
		      : dt_lower_peek(lw, space, p, s->size, s->is_signed);
}

ir_reg dt_lower_peek(struct dt_lower *lw, enum dt_space space, ir_reg addr, unsigned size,
		     bool is_signed)
{
	struct ir_builder *b = &lw->b;
	ir_reg tmp = dt_lower_tmp8(lw);

	/* on failure the helper zeroes */
	IR_CALL(b, space == SP_USER ? HLP_READ_USER : HLP_READ_KERNEL, tmp, ir_ldi(b, size), addr);
	return ir_load(b, size, is_signed, tmp, 0);
}

/* An argument by the calling convention: a register, or a place above the stack pointer. */
static ir_reg func_arg(struct dt_lower *lw, const struct dt_argsrc *s, bool faults)
{
	const struct dt_attach *at = &lw->prog->attach;
	unsigned n = (unsigned)s->value, nregs = sizeof(func_args) / sizeof(func_args[0]);
	struct dt_argsrc word = {.size = 8};
	struct ir_builder *b = &lw->b;
	ir_reg sp;

	if (at->ctx == DT_CTX_FUNC)
		return n < at->nargs
			       ? dt_lower_plain(lw, ir_load(b, 8, false, lw->ctx, (int32_t)(8 * n)))
			       : ir_ldi(b, 0);
	if (n < nregs)
		return ir_load(b, 8, false, lw->ctx, func_args[n]);
	sp = ir_load(b, 8, false, lw->ctx, REGS_SP);
	return read_memory(lw, at->ctx == DT_CTX_UREGS ? SP_USER : SP_KERNEL,
			   ir_op2i(b, IR_ADD, sp, STACK_ARGS + 8 * (int64_t)(n - nregs)), &word,
			   faults);
}

static ir_reg func_result(struct dt_lower *lw)
{
	const struct dt_attach *at = &lw->prog->attach;

	if (at->ctx != DT_CTX_FUNC)
		return ir_load(&lw->b, 8, false, lw->ctx, REGS_RESULT);
	return at->no_result
		       ? ir_ldi(&lw->b, 0)
		       : dt_lower_plain(lw, ir_load(&lw->b, 8, false, lw->ctx, 8 * at->nargs));
}

/* value + reg + scale * index, in user memory. */
static ir_reg reg_deref(struct dt_lower *lw, const struct dt_argsrc *s, bool faults)
{
	struct ir_builder *b = &lw->b;
	ir_reg p = ir_ldi(b, s->value), r;

	if (s->off >= 0)
		p = ir_op2(b, IR_ADD, p, ir_load(b, 8, false, lw->ctx, s->off));
	if (s->off2 >= 0) {
		r = ir_load(b, 8, false, lw->ctx, s->off2);
		p = ir_op2(b, IR_ADD, p, ir_op2i(b, IR_MUL, r, s->scale));
	}
	return read_memory(lw, SP_USER, p, s, faults);
}

/* The value of a source; reading memory either faults (in a clause) or gives 0 (before it). */
ir_reg dt_lower_source(struct dt_lower *lw, const struct dt_argsrc *s, bool faults)
{
	struct ir_builder *b = &lw->b;
	ir_reg p;

	switch (s->kind) {
	case DT_ARG_CONST: return ir_ldi(b, s->value);
	case DT_ARG_CTX:
		if (s->size == 8 || lw->prog->attach.ctx != DT_CTX_RAW_TP)
			return ir_load(b, s->size, s->is_signed, lw->ctx, s->off);
		/* a raw tracepoint's context is read whole words only */
		return ir_ext(b, ir_load(b, 8, false, lw->ctx, s->off), s->size, s->is_signed);
	case DT_ARG_CTX_DEREF:
		p = ir_load(b, 8, false, lw->ctx, s->off);
		return read_memory(lw, SP_KERNEL, ir_op2i(b, IR_ADD, p, s->off2), s, faults);
	case DT_ARG_CTX_ADDR: return ir_op2i(b, IR_ADD, lw->ctx, s->off);
	case DT_ARG_CTX_DATALOC:
		p = ir_op2i(b, IR_AND, ir_load(b, 4, false, lw->ctx, s->off), 0xffff);
		return ir_op2i(b, IR_ADD, ir_op2(b, IR_ADD, lw->ctx, p), s->off2);
	case DT_ARG_FUNC: return func_arg(lw, s, faults);
	case DT_ARG_RETVAL: return func_result(lw);
	case DT_ARG_REG:
		p = ir_load(b, 8, false, lw->ctx, s->off);
		if (s->off2)
			p = ir_op2i(b, IR_SHR, p, 8 * s->off2);
		return s->size == 8 ? p : ir_ext(b, p, s->size, s->is_signed);
	case DT_ARG_REG_DEREF: return reg_deref(lw, s, faults);
	case DT_ARG_PROFILE: return profile_pc(lw, s->value == 1);
	case DT_ARG_FAULT: return fault_arg(lw, s->value);
	case DT_ARG_NONE: break;
	}
	return ir_ldi(b, 0);
}

/* argN. Probes at one attach point find it in the same place, or don't have it: then whatever the
 * place holds is as good as 0, but a probe that has it must not go without. */
ir_reg dt_lower_arg(struct dt_lower *lw, unsigned n)
{
	struct dt_argsrc s = {0};

	if (n < DT_HOOK_ARGS && lw->priv->hook_args[n])
		return lw->priv->hook_args[n];
	for (uint32_t i = 0; i < lw->prog->probes.n && s.kind == DT_ARG_NONE; i++) {
		const struct dt_plan_probe *pp = &lw->prog->probes.v[i];

		s = pp->probe->provider->argsrc(pp->probe, pp->at, n);
	}
	return dt_lower_source(lw, &s, true);
}

/* args[i] with an index that is not constant: one of the ten. */
ir_reg dt_lower_argv(struct dt_lower *lw, const struct dt_expr *idx)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *done = dt_lower_block(lw, "arg");
	ir_reg i = dt_lower_int(lw, idx), v = ir_newreg(b);

	for (unsigned n = 0; n < 10; n++) {
		struct ir_block *yes = dt_lower_block(lw, NULL), *no = dt_lower_block(lw, NULL);

		ir_bri(b, IR_EQ, i, n, yes, no);
		ir_at(b, yes);
		ir_mov_to(b, v, dt_lower_arg(lw, n));
		ir_jmp(b, done);
		ir_at(b, no);
	}
	dt_lower_fault(lw, DTRACEFLT_BADINDEX, i);
	ir_at(b, done);
	return v;
}

/*
 * uregs[i]: the registers this thread's user code had. A system call's are pointed to by ctx[0];
 * from elsewhere the kernel finds them, where it can be asked (a thread of the kernel has none:
 * what is read then means nothing); else a sample's are the context, if it interrupted user code.
 * R_* are numbered as in struct pt_regs.
 */
ir_reg dt_lower_uregs(struct dt_lower *lw, const struct dt_expr *e)
{
	struct ir_builder *b = &lw->b;
	ir_reg i = e->list.n ? dt_lower_int(lw, e->list.v[0]) : ir_ldi(b, e->ival), base, mode;

	dt_lower_fault_if(lw, IR_GE, i, NREGS, DTRACEFLT_BADINDEX, i);
	if (lw->prog->attach.ctx == DT_CTX_RAW_TP && lw->prog->attach.uregs_in_ctx0) {
		base = ir_load(b, 8, false, lw->ctx, 0);
	} else if (lw->prog->attach.ctx == DT_CTX_UREGS) {
		base = lw->ctx;
	} else if (dt_feature(lw->cx->features, FEAT_TASK_PT_REGS)) {
		base = ir_call(b, HLP_CURRENT_TASK_BTF, 0, NULL);
		base = IR_CALL(b, HLP_TASK_PT_REGS, base);
	} else if (lw->prog->attach.ctx == DT_CTX_PERF) {
		mode = ir_op2i(b, IR_AND, ir_load(b, 8, false, lw->ctx, REGS_CS), REGS_USER_MASK);
		dt_lower_fault_if(lw, REGS_IS_USER == IR_NE ? IR_EQ : IR_NE, mode, 0,
				  DTRACEFLT_ILLOP, 0);
		/* what the context really is begins with a pointer to the registers */
		base = dt_lower_read(lw, SP_KERNEL, lw->ctx, 8, false);
	} else {
		dt_lower_fault(lw, DTRACEFLT_ILLOP, 0);
		return ir_ldi(b, 0);
	}
	i = ir_op2i(b, IR_SHL, i, 3);
	return dt_lower_read(lw, SP_KERNEL, ir_op2(b, IR_ADD, base, i), 8, false);
}
