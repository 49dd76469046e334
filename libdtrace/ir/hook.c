/* SPDX-License-Identifier: BSD-2-Clause */
/* The services of hook.h. A hook is the lowering of one program, seen by a provider. */
#include <stddef.h>
#include <stdio.h>
#include "ir/lower_priv.h"

#define KEPT_MAX 16384 /* entries of a table between events */

static struct dt_lower *of(struct dt_hook *hk)
{
	return (struct dt_lower *)hk;
}

void dt_lower_hook(struct dt_lower *lw)
{
	const struct dt_plan_probe *pp = &lw->prog->probes.v[0];

	lw->prog->attach.emit((struct dt_hook *)lw, pp->probe, pp->at);
}

struct ir_builder *dt_hook_ir(struct dt_hook *hk)
{
	return &of(hk)->b;
}

ir_reg dt_hook_src(struct dt_hook *hk, struct dt_argsrc src)
{
	return dt_lower_source(of(hk), &src, false);
}

ir_reg dt_hook_read(struct dt_hook *hk, ir_reg addr, int64_t off, unsigned size, bool is_signed)
{
	return dt_lower_peek(of(hk), SP_KERNEL, ir_op2i(&of(hk)->b, IR_ADD, addr, off), size,
			     is_signed);
}

/* "a.b.c" in a struct of the kernel; through anonymous ones by themselves. */
static bool find_member(struct dt_hook *hk, const char *sou, const char *path, struct dt_member *m)
{
	struct dt_types *ts = of(hk)->cx->sema->types;
	const struct dt_type *t = dt_types_lookup(ts, NULL, TY_STRUCT, sou);
	uint32_t base = 0;
	char name[64];

	while (t) {
		size_t n = strcspn(path, ".");

		snprintf(name, sizeof(name), "%.*s", (int)n, path);
		t = dt_type_fill(ts, dt_type_base(t));
		if (!dt_type_is_sou(t) || !dt_type_member(ts, t, name, m))
			return false;
		m->bit_off += base;
		if (!path[n])
			return true;
		base = m->bit_off;
		path += n + 1;
		t = m->type;
	}
	return false;
}

bool dt_hook_offsetof(struct dt_hook *hk, const char *sou, const char *member, int64_t *off)
{
	struct dt_member m;

	if (!find_member(hk, sou, member, &m))
		return false;
	*off = m.bit_off / 8;
	return true;
}

bool dt_hook_member(struct dt_hook *hk, ir_reg addr, const char *sou, const char *member,
		    ir_reg *out)
{
	struct ir_builder *b = &of(hk)->b;
	const struct dt_type *t;
	struct dt_member m;
	unsigned size;

	*out = 0;
	if (!find_member(hk, sou, member, &m))
		return false;
	t = dt_type_base(m.type);
	size = t->size == 1 || t->size == 2 || t->size == 4 ? (unsigned)t->size : 8;
	*out = dt_hook_read(hk, addr, m.bit_off / 8, size, !m.bit_width && dt_type_is_signed(t));
	if (m.bit_width) {
		*out = ir_op2i(b, IR_SHR, *out, m.bit_off % 8);
		*out = ir_op2i(b, IR_AND, *out, (int64_t)(~0ull >> (64 - m.bit_width)));
	}
	return true;
}

uint64_t dt_hook_sizeof(struct dt_hook *hk, const char *sou)
{
	const struct dt_type *t = dt_types_lookup(of(hk)->cx->sema->types, NULL, TY_STRUCT, sou);

	return t ? t->size : 0;
}

/* BTF has typedef void (*btf_trace_EVENT)(void *, ...). */
unsigned dt_hook_event_args(struct dt_hook *hk, const char *event)
{
	struct dt_types *ts = of(hk)->cx->sema->types;
	const struct dt_type *t = dt_types_lookup(
		ts, NULL, TY_TYPEDEF, dt_asprintf(of(hk)->cx->arena, "btf_trace_%s", event));

	t = t ? dt_type_base(t) : NULL;
	t = t && t->kind == TY_PTR ? dt_type_base(t->to) : NULL;
	return t && t->kind == TY_FUNC && t->members.n ? t->members.n - 1 : 0;
}

ir_reg dt_hook_tid(struct dt_hook *hk)
{
	struct ir_builder *b = &of(hk)->b;

	return ir_ext(b, ir_call(b, HLP_PID_TGID, 0, NULL), 4, false);
}

ir_reg dt_hook_tgid(struct dt_hook *hk)
{
	return dt_lower_tgid(of(hk));
}

void dt_hook_arg(struct dt_hook *hk, unsigned n, ir_reg value)
{
	struct ir_builder *b = &of(hk)->b;
	ir_reg own = ir_newreg(b); /* whatever becomes of value */

	if (n >= DT_HOOK_ARGS)
		return;
	ir_mov_to(b, own, value);
	of(hk)->priv->hook_args[n] = own;
}

bool dt_hook_reads(const struct dt_hook *hk, unsigned n)
{
	const struct dt_plan_prog *pg = ((const struct dt_lower *)hk)->prog;

	for (uint32_t i = 0; i < pg->clauses.n; i++)
		if (pg->clauses.v[i]->info->args_read & 1u << n)
			return true;
	return false;
}

void dt_hook_require(struct dt_hook *hk, enum ir_cond c, ir_reg a, int64_t imm)
{
	struct dt_lower *lw = of(hk);
	struct ir_block *ok = dt_lower_block(lw, "ours");

	ir_bri(&lw->b, c, a, imm, ok, lw->priv->out);
	ir_at(&lw->b, ok);
}

/* ------------------------------------------------------------------ state between events */

static struct dt_mapdef *table_named(struct dt_lower *lw, const char *table)
{
	const char *name = dt_asprintf(lw->cx->arena, "hook_%s", table);
	struct dt_mapdef *m = ir_map_find(lw->cx->mod, name);

	return m ? m : ir_map_new(lw->cx->mod, name, MAP_HASH, 8, 8, KEPT_MAX, 0);
}

void dt_hook_keep(struct dt_hook *hk, const char *table, ir_reg key, ir_reg value)
{
	struct dt_lower *lw = of(hk);
	struct ir_builder *b = &lw->b;
	ir_reg k = ir_frame(b, ir_frameobj(b, 8, "key")),
	       v = ir_frame(b, ir_frameobj(b, 8, "kept"));
	struct ir_block *full = dt_lower_block(lw, "full"), *done = dt_lower_block(lw, "kept");
	ir_reg r;

	ir_store(b, 8, k, 0, key);
	ir_store(b, 8, v, 0, value);
	r = IR_CALL(b, HLP_MAP_UPDATE, ir_mapfd(b, table_named(lw, table)), k, v,
		    ir_ldi(b, UPD_ANY));
	ir_bri(b, IR_EQ, r, 0, done, full);
	ir_at(b, full);
	dt_lower_drop(lw, DT_DROP_DYNVAR);
	ir_jmp(b, done);
	ir_at(b, done);
}

ir_reg dt_hook_take(struct dt_hook *hk, const char *table, ir_reg key)
{
	struct dt_lower *lw = of(hk);
	struct ir_builder *b = &lw->b;
	struct ir_block *has = dt_lower_block(lw, NULL), *done = dt_lower_block(lw, "taken");
	ir_reg k = ir_frame(b, ir_frameobj(b, 8, "key")), out = ir_newreg(b), p;
	struct dt_mapdef *m = table_named(lw, table);

	ir_store(b, 8, k, 0, key);
	ir_ldi_to(b, out, 0);
	p = IR_CALL(b, HLP_MAP_LOOKUP, ir_mapfd(b, m), k);
	ir_bri(b, IR_EQ, p, 0, done, has);
	ir_at(b, has);
	ir_mov_to(b, out, ir_load(b, 8, false, p, 0));
	IR_CALL(b, HLP_MAP_DELETE, ir_mapfd(b, m), k);
	ir_jmp(b, done);
	ir_at(b, done);
	return out;
}

/* An element by CPU: looked up, since not every verifier would remember how large the number can
 * be. */
ir_reg dt_hook_percpu(struct dt_hook *hk, uint32_t size)
{
	struct dt_lower *lw = of(hk);
	struct ir_builder *b = &lw->b;
	struct ir_block *ok = dt_lower_block(lw, "cell");
	struct dt_mapdef *m =
		ir_map_new(lw->cx->mod, dt_asprintf(lw->cx->arena, "cpu_%s", lw->prog->name),
			   MAP_ARRAY, 4, dt_round8(size), lw->cx->opts->ncpu, 0);
	ir_reg key = dt_lower_tmp8(lw), p;

	ir_store(b, 4, key, 0, lw->cpu);
	p = IR_CALL(b, HLP_MAP_LOOKUP, ir_mapfd(b, m), key);
	ir_bri(b, IR_EQ, p, 0, lw->priv->out, ok);
	ir_at(b, ok);
	return p;
}

ir_reg dt_hook_now(struct dt_hook *hk)
{
	return dt_lower_timestamp(of(hk));
}

void dt_hook_missed(struct dt_hook *hk, ir_reg n)
{
	struct dt_lower *lw = of(hk);

	ir_atomic_add(&lw->b, 8, lw->stats, offsetof(struct dt_cpustats, missed), n);
}
