/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Built-in variables.
 *
 * timestamp is one value per firing: read when first needed, kept in lw->ts. Where some paths have
 * read it and others have not, the register (0 at the start) is tested.
 *
 * vtimestamp needs to know when the thread was switched in, so naming it brings a program of our
 * own on sched_switch, which keeps
 *	vtime_in[cpu]	when the thread now on this CPU was switched in
 *	vtime_acc[tid]	what it had run before that
 * counting from the first switch that is seen.
 */
#include <stddef.h>
#include "ir/lower_priv.h"

/* ------------------------------------------------------------------ time */

/* Code that may not have run has ended; before is the state before it. */
void dt_lower_ts_join(struct dt_lower *lw, int before)
{
	if (before != 2 && lw->priv->ts_state)
		lw->priv->ts_state = 1;
}

ir_reg dt_lower_timestamp(struct dt_lower *lw)
{
	struct ir_builder *b = &lw->b;
	struct dt_lower_priv *p = lw->priv;
	struct ir_block *read, *have;

	if (p->ts_state == 2)
		return lw->ts;
	if (p->ts_state == 0) {
		ir_mov_to(b, lw->ts, ir_call(b, HLP_KTIME, 0, NULL));
	} else {
		read = dt_lower_block(lw, "clock");
		have = dt_lower_block(lw, NULL);
		ir_bri(b, IR_EQ, lw->ts, 0, read, have);
		ir_at(b, read);
		ir_mov_to(b, lw->ts, ir_call(b, HLP_KTIME, 0, NULL));
		ir_jmp(b, have);
		ir_at(b, have);
	}
	p->ts_state = 2;
	return lw->ts;
}

static ir_reg walltimestamp(struct dt_lower *lw)
{
	ir_reg ts = dt_lower_timestamp(lw);

	return ir_op2(&lw->b, IR_ADD, ts,
		      ir_load(&lw->b, 8, true, dt_lower_state(lw),
			      offsetof(struct dt_state, wall_offset)));
}

static ir_reg tid(struct dt_lower *lw)
{
	return ir_ext(&lw->b, ir_call(&lw->b, HLP_PID_TGID, 0, NULL), 4, false);
}

/*
 * Time on a CPU: what vtime_switch has summed up for this thread, and what has passed since it was
 * last switched in. Time that D programs took is in it: reading the clock around every program
 * would cost more than most of them do.
 */
static ir_reg vtimestamp(struct dt_lower *lw)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *seen = dt_lower_block(lw, NULL), *add = dt_lower_block(lw, NULL),
			*done = dt_lower_block(lw, "vtime");
	ir_reg v = ir_newreg(b), ts = dt_lower_timestamp(lw), in, acc, key = dt_lower_tmp8(lw);

	lw->cx->needs_vtime = true;
	ir_store(b, 8, key, 0, tid(lw));
	acc = IR_CALL(b, HLP_MAP_LOOKUP, ir_mapfd(b, lw->cx->m_vtacc), key);
	ir_ldi_to(b, v, 0);
	ir_bri(b, IR_EQ, acc, 0, seen, add);
	ir_at(b, add);
	ir_mov_to(b, v, ir_load(b, 8, false, acc, 0));
	ir_jmp(b, seen);
	ir_at(b, seen);
	in = ir_load(b, 8, false, lw->priv->vtin, 0);
	add = dt_lower_block(lw, NULL);
	ir_bri(b, IR_EQ, in, 0, done, add);
	ir_at(b, add);
	ir_mov_to(b, v, ir_op2(b, IR_ADD, v, ir_op2(b, IR_SUB, ts, in)));
	ir_jmp(b, done);
	ir_at(b, done);
	return v;
}

/* The program on sched_switch: the outgoing thread is still the current one. */
static void vtime_body(struct dt_lower *lw, const void *arg)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *charge = dt_lower_block(lw, "charge"), *old = dt_lower_block(lw, NULL),
			*new_ = dt_lower_block(lw, NULL), *done = lw->priv->out;
	ir_reg now = ir_call(b, HLP_KTIME, 0, NULL), was, who, key, acc, val;

	(void)arg;
	was = ir_load(b, 8, false, lw->priv->vtin, 0);
	ir_store(b, 8, lw->priv->vtin, 0, now);
	ir_bri(b, IR_EQ, was, 0, done, charge);
	ir_at(b, charge);
	who = tid(lw);
	charge = dt_lower_block(lw, NULL);
	ir_bri(b, IR_EQ, who, 0, done, charge); /* idle */
	ir_at(b, charge);
	key = ir_frame(b, ir_frameobj(b, 8, "tid"));
	ir_store(b, 8, key, 0, who);
	was = ir_op2(b, IR_SUB, now, was);
	acc = IR_CALL(b, HLP_MAP_LOOKUP, ir_mapfd(b, lw->cx->m_vtacc), key);
	ir_bri(b, IR_EQ, acc, 0, new_, old);
	ir_at(b, old);
	ir_store(b, 8, acc, 0, ir_op2(b, IR_ADD, ir_load(b, 8, false, acc, 0), was));
	ir_jmp(b, done);
	ir_at(b, new_);
	val = dt_lower_tmp8(lw);
	ir_store(b, 8, val, 0, was);
	IR_CALL(b, HLP_MAP_UPDATE, ir_mapfd(b, lw->cx->m_vtacc), key, val, ir_ldi(b, UPD_ANY));
	ir_jmp(b, done);
}

void dt_lower_make_vtime(struct dt_lower_ctx *cx)
{
	dt_lower_own_prog(cx, "vtime_switch", "sched_switch", vtime_body, NULL);
}

/* ------------------------------------------------------------------ who */

ir_reg dt_lower_tgid(struct dt_lower *lw)
{
	return ir_op2i(&lw->b, IR_SHR, ir_call(&lw->b, HLP_PID_TGID, 0, NULL), 32);
}

static void execname(struct dt_lower *lw, struct dt_val *out)
{
	ir_reg mem = dt_lower_mem(lw, 16);

	IR_CALL(&lw->b, HLP_COMM, mem, ir_ldi(&lw->b, 16));
	*out = (struct dt_val){.kind = VAL_MEM, .reg = mem, .cap = 16};
}

/* A member of a kernel struct; where it is an object itself, and `to` is not NULL, that. */
static ir_reg kernel_member(struct dt_lower *lw, const struct dt_object *o, ir_reg addr,
			    const char *name, struct dt_object *to, struct dt_span at)
{
	struct dt_types *ts = lw->cx->sema->types;
	const struct dt_type *t = dt_types_lookup(ts, "vmlinux", TY_STRUCT, "task_struct");
	struct dt_member m;
	unsigned size;
	ir_reg r;

	if (!t)
		t = dt_types_lookup(ts, NULL, TY_STRUCT, "task_struct");
	if (!t || !dt_type_member(ts, t, name, &m)) {
		dt_error(lw->cx->diags, at, D_SYM_NOTYPES,
			 "the kernel's type information has no task_struct.%s", name);
		return addr;
	}
	size = (unsigned)dt_type_base(m.type)->size;
	r = dt_object_load(lw, o, m.bit_off / 8, size, dt_type_is_signed(m.type), to);
	if (r)
		return r;
	if (o->reg)
		addr = dt_lower_plain(lw, o->reg);
	return dt_lower_read(lw, SP_KERNEL, ir_op2i(&lw->b, IR_ADD, addr, m.bit_off / 8), size,
			     dt_type_is_signed(m.type));
}

static ir_reg ppid(struct dt_lower *lw, struct dt_span at)
{
	struct dt_object task = {0}, parent = {0};
	ir_reg addr = 0;

	dt_lower_current(lw, &task);
	if (!task.reg)
		addr = ir_call(&lw->b, HLP_CURRENT_TASK, 0, NULL);
	addr = kernel_member(lw, &task, addr, "real_parent", &parent, at);
	return kernel_member(lw, &parent, addr, "tgid", NULL, at);
}

/* At the return of a system call: -(-4095 .. -1), else 0. */
static ir_reg errno_(struct dt_lower *lw)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *bad = dt_lower_block(lw, NULL), *done = dt_lower_block(lw, "errno");
	ir_reg v, neg;

	if (!lw->prog->attach.arg0_errno)
		return ir_ldi(b, 0);
	v = ir_newreg(b);
	ir_ldi_to(b, v, 0);
	neg = ir_op1(b, IR_NEG, dt_lower_arg(lw, 0));
	ir_bri(b, IR_LT, ir_op2i(b, IR_SUB, neg, 1), 4095, bad, done);
	ir_at(b, bad);
	ir_mov_to(b, v, neg);
	ir_jmp(b, done);
	ir_at(b, done);
	return v;
}

/* ------------------------------------------------------------------ stacks as numbers */

#define MAX_DEPTH 127

static ir_reg stack_depth(struct dt_lower *lw, bool user)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *none = dt_lower_block(lw, NULL), *done = dt_lower_block(lw, "depth");
	ir_reg mem, n = ir_newreg(b);

	ir_mov_to(b, n, dt_lower_take_stack(lw, user, MAX_DEPTH, &mem));
	ir_mov_to(b, n, ir_op2i(b, IR_SAR, n, 3));
	ir_bri(b, IR_SLT, n, 0, none, done);
	ir_at(b, none);
	ir_ldi_to(b, n, 0);
	ir_jmp(b, done);
	ir_at(b, done);
	return n;
}

/* Who called where the probe is: the second frame, unless stacks begin with it. */
static ir_reg caller(struct dt_lower *lw, bool user)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *has = dt_lower_block(lw, NULL), *done = dt_lower_block(lw, "caller");
	int32_t at = !user && dt_lower_stack_from_caller(lw) ? 0 : 8;
	ir_reg mem, v = ir_newreg(b), n = dt_lower_take_stack(lw, user, 2, &mem);

	ir_ldi_to(b, v, 0);
	ir_bri(b, IR_SGE, n, at + 8, has, done);
	ir_at(b, has);
	ir_mov_to(b, v, ir_load(b, 8, false, mem, at));
	ir_jmp(b, done);
	ir_at(b, done);
	return v;
}

/* ------------------------------------------------------------------ all of them */

static ir_reg args_elem(struct dt_lower *lw, const struct dt_expr *e)
{
	const struct dt_type *t = dt_type_base(e->type);
	ir_reg r;

	r = e->list.n && !e->list.v[0]->is_const
		    ? dt_lower_argv(lw, e->list.v[0])
		    : dt_lower_arg(lw, (unsigned)(e->list.n ? e->list.v[0]->ival : e->ival));
	if (t->size == 1 || t->size == 2 || t->size == 4)
		r = ir_ext(&lw->b, r, (unsigned)t->size, dt_type_is_signed(t));
	return r;
}

static ir_reg int_builtin(struct dt_lower *lw, const struct dt_expr *e)
{
	struct ir_builder *b = &lw->b;

	switch ((enum dt_builtin)e->builtin) {
	case BV_ARGN: return dt_lower_arg(lw, (unsigned)e->ival);
	case BV_ARGS: return args_elem(lw, e);
	case BV_CALLER: return caller(lw, false);
	case BV_UCALLER: return caller(lw, true);
	case BV_CURTHREAD: return ir_call(b, HLP_CURRENT_TASK, 0, NULL);
	case BV_CPU: return lw->cpu;
	case BV_EPID: return dt_lower_epid(lw);
	case BV_ERRNO: return errno_(lw);
	case BV_UID: return ir_ext(b, ir_call(b, HLP_UID_GID, 0, NULL), 4, false);
	case BV_GID: return ir_op2i(b, IR_SHR, ir_call(b, HLP_UID_GID, 0, NULL), 32);
	case BV_ID: return dt_lower_probe_id(lw);
	case BV_PID: return dt_lower_tgid(lw);
	case BV_TID: return tid(lw);
	case BV_PPID: return ppid(lw, e->span);
	case BV_STACKDEPTH: return stack_depth(lw, false);
	case BV_USTACKDEPTH: return stack_depth(lw, true);
	case BV_TIMESTAMP: return dt_lower_timestamp(lw);
	case BV_VTIMESTAMP: return vtimestamp(lw);
	case BV_WALLTIMESTAMP: return walltimestamp(lw);
	case BV_UREGS: return dt_lower_uregs(lw, e);
	default: return ir_ldi(b, 0);
	}
}

void dt_lower_builtin(struct dt_lower *lw, const struct dt_expr *e, struct dt_val *out)
{
	switch ((enum dt_builtin)e->builtin) {
	case BV_EXECNAME: execname(lw, out); break;
	case BV_PROBEPROV:
	case BV_PROBEMOD:
	case BV_PROBEFUNC:
	case BV_PROBENAME:
		*out = (struct dt_val){.kind = VAL_STRID,
				       .reg = dt_lower_probe_str(lw, (enum dt_builtin)e->builtin)};
		break;
	default: *out = (struct dt_val){.kind = VAL_INT, .reg = int_builtin(lw, e)};
	}
}
