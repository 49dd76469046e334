/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel objects that the verifier knows: what curthread and a trampoline's arguments point to, and
 * what their members point to in turn. They are read through by plain loads, where other memory of
 * the kernel takes a helper:
 *
 *	v = [o + off]
 *	if (v == 0) {			; a load that the kernel had to break off gives 0, too
 *		if (!probe_read(o + off)) fault
 *		v = 0
 *	}
 *
 * so 0 is confirmed before it is believed, and what was read stays what it was. A pointer so loaded is
 * a number where it is 0, which can't be read through: before that, it is tested.
 */
#include "bpf/features.h"
#include "ir/lower_priv.h"

/* What the verifier knows may be neither shifted nor masked; turning its bytes round, twice, makes a
 * number of it. */
ir_reg dt_lower_plain(struct dt_lower *lw, ir_reg r)
{
	return ir_bswap(&lw->b, ir_bswap(&lw->b, r, 8), 8);
}

void dt_lower_current(struct dt_lower *lw, struct dt_object *o)
{
	const struct dt_type *t;

	if (!dt_feature(lw->cx->features, FEAT_TYPED_TASK))
		return;
	t = dt_types_lookup(lw->cx->sema->types, "vmlinux", TY_STRUCT, "task_struct");
	if (t)
		*o = (struct dt_object){.reg = ir_call(&lw->b, HLP_CURRENT_TASK_BTF, 0, NULL),
					.sou = t};
}

/* args[n] of a function, from its trampoline. */
static void passed(struct dt_lower *lw, unsigned n, struct dt_object *o)
{
	const struct dt_attach *at = &lw->prog->attach;
	const struct dt_plan_probe *pp = &lw->prog->probes.v[0];
	const struct dt_type *t;
	struct dt_argsrc s;
	unsigned word;

	if (at->ctx != DT_CTX_FUNC || (n < DT_HOOK_ARGS && lw->priv->hook_args[n]))
		return;
	s = pp->probe->provider->argsrc(pp->probe, pp->at, n);
	if (s.kind == DT_ARG_FUNC && (unsigned)s.value < at->nargs)
		word = (unsigned)s.value;
	else if (s.kind == DT_ARG_RETVAL && !at->no_result)
		word = at->nargs;
	else
		return;
	t = dt_types_passed(lw->cx->sema->types, at->btf_id, word);
	if (t)
		*o = (struct dt_object){
			.reg = ir_load(&lw->b, 8, false, lw->ctx, (int32_t)(8 * word)), .sou = t};
}

static void builtin(struct dt_lower *lw, const struct dt_expr *e, struct dt_object *o)
{
	if (e->builtin == BV_CURTHREAD)
		dt_lower_current(lw, o);
	else if (e->builtin == BV_ARGS && (!e->list.n || e->list.v[0]->is_const))
		passed(lw, (unsigned)(e->list.n ? e->list.v[0]->ival : e->ival), o);
}

static bool same_target(const struct dt_expr *ptr, const struct dt_type *sou)
{
	const struct dt_type *t = dt_type_base(ptr->type);

	return t->kind == TY_PTR && dt_type_same(t->to, sou);
}

ir_reg dt_lower_pointer(struct dt_lower *lw, const struct dt_expr *e, struct dt_object *o)
{
	struct dt_loc l;
	struct dt_val v;
	ir_reg r;

	*o = (struct dt_object){0};
	if (e->is_const || dt_type_kind(e->type) != TY_PTR)
		return dt_lower_int(lw, e);
	switch (e->kind) {
	case E_BUILTIN: builtin(lw, e, o); break;
	case E_BOUND: *o = dt_lower_bound(lw, e)->obj; break;
	case E_CAST:
		if (dt_type_is_ptr(e->a->type) &&
		    dt_type_same(dt_type_base(e->type)->to, dt_type_base(e->a->type)->to))
			return dt_lower_pointer(lw, e->a, o);
		break;
	case E_MEMBER:
	case E_ARROW:
	case E_DEREF:
	case E_ELEM:
		dt_lower_loc(lw, e, &l);
		r = l.kind == LOC_ADDR ? dt_object_load(lw, &l.obj, l.off, 8, false, o) : 0;
		if (r && !o->reg)
			return r;
		if (!r) {
			dt_loc_load(lw, &l, e->type, &v);
			return v.reg;
		}
		break;
	default: break;
	}
	if (o->reg && same_target(e, o->sou))
		return 0;
	r = o->reg ? dt_lower_plain(lw, o->reg) : dt_lower_int(lw, e);
	o->reg = 0;
	return r;
}

ir_reg dt_object_load(struct dt_lower *lw, const struct dt_object *o, int64_t off, unsigned size,
		      bool is_signed, struct dt_object *to)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *load, *zero, *done;
	const struct dt_type *sou = NULL;
	enum dt_walk w =
		o->reg ? dt_types_walk(lw->cx->sema->types, o->sou, off, size, &sou) : DT_WALK_NO;
	ir_reg v, tmp, addr, err;

	if (w == DT_WALK_NO)
		return 0;
	v = ir_newreg(b);
	load = dt_lower_block(lw, NULL);
	zero = dt_lower_block(lw, "zero");
	done = dt_lower_block(lw, "value");
	if (o->loaded)
		ir_bri(b, IR_EQ, o->reg, 0, zero, load);
	else
		ir_jmp(b, load);
	ir_at(b, load);
	ir_mov_to(b, v, ir_load(b, size, is_signed, o->reg, (int32_t)off));
	ir_bri(b, IR_EQ, v, 0, zero, done);
	ir_at(b, zero);
	tmp = dt_lower_tmp8(lw);
	addr = ir_op2i(b, IR_ADD, dt_lower_plain(lw, o->reg), off);
	err = IR_CALL(b, HLP_READ_KERNEL, tmp, ir_ldi(b, size), addr);
	dt_lower_fault_if(lw, IR_NE, err, 0, DTRACEFLT_BADADDR, addr);
	ir_ldi_to(b, v, 0);
	ir_jmp(b, done);
	ir_at(b, done);
	if (to && w == DT_WALK_OBJECT)
		*to = (struct dt_object){.reg = v, .sou = sou, .loaded = true};
	else if (w != DT_WALK_NUMBER)
		v = dt_lower_plain(lw, v);
	return v;
}
