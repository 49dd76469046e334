/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is a function well-formed? First each instruction by itself (operands, sizes, targets), then, by
 * one forward data flow over blocks, whether every register is set on every path to its use:
 * in(b) = the intersection of out(p) over the predecessors p, out(b) = in(b) + what b sets.
 */
#include <inttypes.h>
#include "ir/ir.h"

struct check {
	const struct ir_func *f;
	struct dt_arena *tmp;
	const char **why;
	struct ir_block **blocks; /* by place in the layout */
	uint32_t nblocks, words;
	uint64_t *in; /* words per block */
	bool *seen;
};

__attribute__((format(printf, 4, 5))) static bool
wrong(struct check *c, const struct ir_block *b, const struct ir_inst *i, const char *fmt, ...)
{
	va_list ap;
	const char *text;

	va_start(ap, fmt);
	text = dt_vasprintf(c->f->mod->arena, fmt, ap);
	va_end(ap);
	*c->why = dt_asprintf(c->f->mod->arena, "%s, block %u%s%s%s: %s", c->f->name,
			      b ? b->number : 0, b && b->label ? " " : "",
			      b && b->label ? b->label : "", i ? "" : "", text);
	if (i && i->op < IR_OP_COUNT)
		*c->why = dt_asprintf(c->f->mod->arena, "%s (%s)", *c->why, ir_op_text(i->op));
	return false;
}

static bool is_size(unsigned n)
{
	return n == 1 || n == 2 || n == 4 || n == 8;
}

static bool check_target(struct check *c, const struct ir_block *b, const struct ir_inst *i,
			 const struct ir_block *to)
{
	if (!to)
		return wrong(c, b, i, "no target");
	if (to->fn != c->f)
		return wrong(c, b, i, "target in another function");
	if (to->number >= c->nblocks || c->blocks[to->number] != to)
		return wrong(c, b, i, "target block %s was never positioned at",
			     to->label ? to->label : "");
	return true;
}

/* Which of a, b, c an operation needs. */
static unsigned needs(const struct ir_inst *i)
{
	enum { A = 1, B = 2, C = 4 };

	switch ((enum ir_op)i->op) {
	case IR_MOV:
	case IR_NEG:
	case IR_NOT:
	case IR_EXT:
	case IR_BSWAP:
	case IR_LOAD: return A;
	case IR_STORE:
	case IR_SETCC:
	case IR_BR: return A | (i->has_imm ? 0 : B);
	case IR_ATOMIC_ADD:
	case IR_XCHG: return A | B;
	case IR_CMPXCHG: return A | B | C;
	case IR_RET: return i->has_imm ? 0 : A;
	default: return ir_is_op2(i->op) ? A | (i->has_imm ? 0u : B) : 0;
	}
}

static bool check_special(struct check *c, const struct ir_block *b, const struct ir_inst *i)
{
	switch ((enum ir_op)i->op) {
	case IR_PARAM:
		if (b != c->f->first)
			return wrong(c, b, i, "parameter outside the entry block");
		if (i->imm < 0 || i->imm >= c->f->nparams || i->imm > 4)
			return wrong(c, b, i, "no parameter %" PRId64, i->imm);
		return true;
	case IR_EXT:
	case IR_BSWAP:
	case IR_LOAD: return is_size(i->size) || wrong(c, b, i, "size %u", i->size);
	case IR_STORE:
		if (i->has_imm && i->imm != (int32_t)i->imm)
			return wrong(c, b, i, "immediate does not fit");
		return is_size(i->size) || wrong(c, b, i, "size %u", i->size);
	case IR_ATOMIC_ADD:
	case IR_CMPXCHG:
	case IR_XCHG: return i->size == 4 || i->size == 8 || wrong(c, b, i, "size %u", i->size);
	case IR_FRAME:
		return i->frame < c->f->frame.n || wrong(c, b, i, "no frame object %u", i->frame);
	case IR_MAPFD:
	case IR_MAPVAL: return i->map || wrong(c, b, i, "no map");
	case IR_LDCONST:
	case IR_CALL_RT: return i->rt || wrong(c, b, i, "no name");
	case IR_CALL_FN:
		if (!i->callee)
			return wrong(c, b, i, "no callee");
		if (i->callee->nparams != i->nargs)
			return wrong(c, b, i, "%s takes %u arguments, not %u", i->callee->name,
				     i->callee->nparams, i->nargs);
		return true;
	case IR_BR: return check_target(c, b, i, i->then) && check_target(c, b, i, i->otherwise);
	case IR_JMP: return check_target(c, b, i, i->then);
	default: return true;
	}
}

static bool check_inst(struct check *c, const struct ir_block *b, const struct ir_inst *i)
{
	unsigned need;
	bool call;

	if (i->op >= IR_OP_COUNT)
		return wrong(c, b, i, "no such operation %u", i->op);
	need = needs(i);
	call = ir_op_has(i->op, 'C');
	if ((i->op == IR_SETCC || i->op == IR_BR) && i->cond > IR_SET)
		return wrong(c, b, i, "no such condition %u", i->cond);
	if (ir_op_has(i->op, 'D') ? !i->dst && !call : i->dst != 0)
		return wrong(c, b, i, i->dst ? "has a result" : "no result");
	if ((need & 1 && !i->a) || (need & 2 && !i->b) || (need & 4 && !i->c))
		return wrong(c, b, i, "operand missing");
	if ((!(need & 1) && i->a) || (!(need & 2) && i->b && !i->has_imm) || (!(need & 4) && i->c))
		return wrong(c, b, i, "too many operands");
	if (i->nargs > (call ? 5 : 0))
		return wrong(c, b, i, "%u arguments", i->nargs);
	if (ir_op_has(i->op, 'T') ? i->next != NULL : i->next == NULL)
		return wrong(c, b, i, i->next ? "terminator inside a block" : "block has no end");
	if (i->next ? i->next->prev != i : b->last != i)
		return wrong(c, b, i, "broken list");
	return check_special(c, b, i);
}

/* Registers read but not set, given what is set on entry; `set` is updated. */
static bool check_block_uses(struct check *c, struct ir_block *b, uint64_t *set, bool report)
{
	ir_reg *use[8];

	IR_EACH_INST (b, i) {
		unsigned n = ir_uses(i, use);

		for (unsigned k = 0; k < n && report; k++) {
			ir_reg r = *use[k];

			if (!r || r > c->f->nregs)
				return wrong(c, b, i, "no register %%%u", r);
			if (!(set[r / 64] >> (r % 64) & 1))
				return wrong(c, b, i, "%%%u may be used before it is set", r);
		}
		if (i->dst)
			set[i->dst / 64] |= 1ull << (i->dst % 64);
	}
	return true;
}

/* Intersects `set` into a block's entry set; true if that changed it. */
static bool flow(struct check *c, const struct ir_block *to, const uint64_t *set)
{
	uint64_t *in = c->in + (size_t)to->number * c->words;
	bool changed = !c->seen[to->number];

	for (uint32_t w = 0; w < c->words; w++) {
		uint64_t v = changed ? set[w] : in[w] & set[w];

		if (!c->seen[to->number] || v != in[w])
			in[w] = v, changed = true;
	}
	c->seen[to->number] = true;
	return changed;
}

static bool check_defined(struct check *c)
{
	uint64_t *set = DT_NEW_N(c->tmp, uint64_t, c->words);
	bool again = true;

	c->in = DT_NEW_N(c->tmp, uint64_t, (size_t)c->words * c->nblocks);
	c->seen = DT_NEW_N(c->tmp, bool, c->nblocks);
	flow(c, c->f->first, set);
	while (again) {
		again = false;
		for (uint32_t k = 0; k < c->nblocks; k++) {
			const struct ir_inst *t = c->blocks[k]->last;

			if (!c->seen[k])
				continue;
			memcpy(set, c->in + (size_t)k * c->words, c->words * 8);
			check_block_uses(c, c->blocks[k], set, false);
			if (t->then && t->op != IR_RET)
				again |= flow(c, t->then, set);
			if (t->otherwise && t->op == IR_BR)
				again |= flow(c, t->otherwise, set);
		}
	}
	for (uint32_t k = 0; k < c->nblocks; k++)
		if (c->seen[k] &&
		    !check_block_uses(c, c->blocks[k], c->in + (size_t)k * c->words, true))
			return false;
	return true;
}

static bool check_func(struct check *c)
{
	uint32_t n = 0;

	if (!c->f->first)
		return wrong(c, NULL, NULL, "no blocks");
	if (c->f->nparams > 5)
		return wrong(c, NULL, NULL, "more than 5 parameters");
	IR_EACH_BLOCK (c->f, b)
		c->nblocks++;
	c->blocks = DT_NEW_N(c->tmp, struct ir_block *, c->nblocks);
	IR_EACH_BLOCK (c->f, b) {
		if (b->number != n)
			return wrong(c, b, NULL, "blocks are not numbered in order");
		c->blocks[n++] = b;
	}
	IR_EACH_BLOCK (c->f, b) {
		if (!b->last)
			return wrong(c, b, NULL, "empty block");
		IR_EACH_INST (b, i) {
			if (!check_inst(c, b, i))
				return false;
			if (i->dst > c->f->nregs)
				return wrong(c, b, i, "no register %%%u", i->dst);
		}
	}
	c->words = c->f->nregs / 64 + 1;
	return check_defined(c);
}

bool ir_verify(const struct ir_func *f, const char **why)
{
	struct check c = {.f = f, .why = why, .tmp = dt_arena_new()};
	bool ok;

	*why = NULL;
	if (!c.tmp)
		return true; /* no memory to check with: not the function's fault */
	ok = check_func(&c);
	dt_arena_free(c.tmp);
	return ok;
}
