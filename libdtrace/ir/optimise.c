/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The optimiser: a few cheap passes, repeated while they find something.
 *
 * Registers are mutable, but most are set by exactly one instruction. Since a register is set on
 * every path to its use, that instruction then dominates every use, and such a register may be
 * treated as a value: its constant or the register it copies (if that one is also set once) can
 * stand for it anywhere. Registers set more than once are followed inside a block only.
 *
 * Nothing that is stored or called changes, nor its order; bounds tests and masks that the kernel's
 * verifier needs are never judged superfluous: ranges are only used to find what is always 0.
 */
#include <inttypes.h>
#include "ir/ir.h"

#define ROUNDS 8

/* What a register set more than once holds at this point of the block. */
struct local {
	uint32_t block; /* valid in this block (number + 1) only */
	bool is_const;
	ir_reg copy;      /* or a copy of this register, */
	uint32_t version; /* while that still has this version */
	int64_t value;
};

struct opt {
	struct ir_func *f;
	struct dt_arena *tmp;
	struct ir_inst **def;  /* the only instruction that sets it, or NULL */
	uint32_t *ndef, *nuse; /* by register */
	uint32_t *version;     /* how often set so far in this walk */
	struct local *local;
	uint32_t block;
	bool changed;
};

static void count(struct opt *o)
{
	uint32_t n = o->f->nregs + 1;
	ir_reg *use[8];

	memset(o->ndef, 0, n * sizeof(*o->ndef));
	memset(o->nuse, 0, n * sizeof(*o->nuse));
	memset(o->def, 0, n * sizeof(*o->def));
	memset(o->local, 0, n * sizeof(*o->local));
	IR_EACH_BLOCK (o->f, b) {
		IR_EACH_INST (b, i) {
			unsigned k = ir_uses(i, use);

			while (k)
				o->nuse[*use[--k]]++;
			if (i->dst)
				o->def[i->dst] = o->ndef[i->dst]++ ? NULL : i;
		}
	}
}

/* ------------------------------------------------------------------ values */

static bool constant(const struct opt *o, ir_reg r, int64_t *v)
{
	const struct local *l = &o->local[r];

	if (o->def[r]) {
		*v = o->def[r]->imm;
		return o->def[r]->op == IR_LDI;
	}
	*v = l->value;
	return l->block == o->block && l->is_const;
}

/* The register to read instead of r: itself unless it is a copy. */
static ir_reg original(const struct opt *o, ir_reg r)
{
	for (int n = 0; n < 16; n++) {
		const struct ir_inst *d = o->def[r];
		const struct local *l = &o->local[r];

		if (d && d->op == IR_MOV && o->def[d->a])
			r = d->a;
		else if (l->block == o->block && l->copy && o->version[l->copy] == l->version)
			r = l->copy;
		else
			break;
	}
	return r;
}

static void note_def(struct opt *o, const struct ir_inst *i)
{
	struct local *l = &o->local[i->dst];

	o->version[i->dst]++;
	*l = (struct local){0};
	if (i->op == IR_LDI)
		*l = (struct local){.block = o->block, .is_const = true, .value = i->imm};
	else if (i->op == IR_MOV && i->a != i->dst)
		*l = (struct local){.block = o->block, .copy = i->a, .version = o->version[i->a]};
}

static void become_ldi(struct opt *o, struct ir_inst *i, int64_t v)
{
	i->op = IR_LDI;
	i->a = i->b = i->c = 0;
	i->has_imm = false;
	i->imm = v;
	o->changed = true;
}

static void become_mov(struct opt *o, struct ir_inst *i)
{
	i->op = IR_MOV;
	i->b = 0;
	i->has_imm = false;
	i->imm = 0;
	o->changed = true;
}

/* ------------------------------------------------------------------ folding one instruction */

static bool is_pow2(int64_t v)
{
	return v > 0 && !(v & (v - 1));
}

/* a op imm that is simpler said otherwise. */
static void simplify_imm(struct opt *o, struct ir_inst *i)
{
	int64_t v = i->imm;

	switch ((enum ir_op)i->op) {
	case IR_ADD:
	case IR_SUB:
	case IR_OR:
	case IR_XOR:
		if (v == 0)
			become_mov(o, i);
		break;
	case IR_SHL:
	case IR_SHR:
	case IR_SAR:
		if ((v & 63) == 0)
			become_mov(o, i);
		break;
	case IR_AND:
		if (v == -1)
			become_mov(o, i);
		else if (v == 0)
			become_ldi(o, i, 0);
		break;
	case IR_MUL:
		if (v == 0)
			become_ldi(o, i, 0);
		else if (v == 1)
			become_mov(o, i);
		else if (is_pow2(v))
			i->op = IR_SHL, i->imm = __builtin_ctzll(v), o->changed = true;
		break;
	case IR_UDIV:
		if (v == 1)
			become_mov(o, i);
		else if (is_pow2(v))
			i->op = IR_SHR, i->imm = __builtin_ctzll(v), o->changed = true;
		break;
	case IR_UMOD:
		if (is_pow2(v))
			i->op = IR_AND, i->imm = v - 1, o->changed = true;
		break;
	case IR_SDIV:
		if (v == 1)
			become_mov(o, i);
		break;
	default: break;
	}
}

static void fold_op2(struct opt *o, struct ir_inst *i)
{
	int64_t x, y;
	uint64_t r;

	if (!i->has_imm && ir_is_commutative(i->op) && constant(o, i->a, &x)) {
		ir_reg t = i->a;

		i->a = i->b;
		i->b = t;
	}
	if (!i->has_imm && constant(o, i->b, &y)) {
		i->has_imm = true;
		i->imm = y;
		i->b = 0;
		o->changed = true;
	}
	if (ir_umax(o->def, i) == 0) {
		become_ldi(o, i, 0); /* the sign of what has none, for example */
		return;
	}
	if (!i->has_imm)
		return;
	if (constant(o, i->a, &x) && ir_eval2(i->op, (uint64_t)x, (uint64_t)i->imm, &r))
		become_ldi(o, i, (int64_t)r);
	else
		simplify_imm(o, i);
}

/* Does what i sets already have the form that an extension to (size, is_signed) gives? */
static bool already_ext(const struct ir_inst *i, unsigned size, bool is_signed)
{
	if (!i)
		return false;
	switch ((enum ir_op)i->op) {
	case IR_LOAD:
	case IR_EXT:
		return i->size < size ? !i->is_signed || is_signed
				      : i->size == size && i->is_signed == is_signed;
	case IR_BSWAP: return i->size < size || (i->size == size && !is_signed);
	case IR_SETCC: return true;
	default: return false;
	}
}

static void fold_cond(struct opt *o, struct ir_inst *i)
{
	int64_t x, y;

	if (!i->has_imm && constant(o, i->a, &x)) {
		ir_reg t = i->a;

		i->a = i->b;
		i->b = t;
		i->cond = ir_cond_swap(i->cond);
	}
	if (!i->has_imm && constant(o, i->b, &y)) {
		i->has_imm = true;
		i->imm = y;
		i->b = 0;
		o->changed = true;
	}
	if (!i->has_imm || !constant(o, i->a, &x))
		return;
	if (i->op == IR_SETCC) {
		become_ldi(o, i, ir_eval_cond(i->cond, (uint64_t)x, (uint64_t)i->imm));
	} else {
		i->then = ir_eval_cond(i->cond, (uint64_t)x, (uint64_t)i->imm) ? i->then
									       : i->otherwise;
		i->op = IR_JMP;
		i->otherwise = NULL;
		i->a = 0;
		i->has_imm = false;
		o->changed = true;
	}
}

/*
 * A comparison's result tested against 0 is the comparison itself:
 *	t = set x < y; br t != 0  =>  br x < y
 * Only where its operands still are what they were.
 */
static void fuse_setcc(struct opt *o, struct ir_block *b, struct ir_inst *i)
{
	struct ir_inst *d, *k;
	enum ir_cond c;

	if (!i->has_imm || i->imm != 0 || (i->cond != IR_NE && i->cond != IR_EQ))
		return;
	d = o->def[i->a];
	if (!d || d->op != IR_SETCC || d == i)
		return;
	c = d->cond;
	if (i->cond == IR_EQ && !ir_cond_invert(c, &c))
		return;
	for (k = i->prev; k && k != d; k = k->prev)
		if (k->dst && (k->dst == d->a || (!d->has_imm && k->dst == d->b)))
			return;
	if (!k || b->first == NULL || d->dst == d->a || (!d->has_imm && d->dst == d->b))
		return;
	i->cond = c;
	i->a = d->a;
	i->b = d->b;
	i->has_imm = d->has_imm;
	i->imm = d->imm;
	o->changed = true;
}

static void fold_inst(struct opt *o, struct ir_block *b, struct ir_inst *i)
{
	int64_t x;

	switch ((enum ir_op)i->op) {
	case IR_MOV:
		if (constant(o, i->a, &x))
			become_ldi(o, i, x);
		break;
	case IR_NEG:
	case IR_NOT:
		if (constant(o, i->a, &x))
			become_ldi(o, i, i->op == IR_NEG ? (int64_t) - (uint64_t)x : ~x);
		break;
	case IR_EXT:
		if (constant(o, i->a, &x))
			become_ldi(o, i, (int64_t)ir_eval_ext((uint64_t)x, i->size, i->is_signed));
		else if (i->size == 8 || already_ext(o->def[i->a], i->size, i->is_signed))
			become_mov(o, i);
		break;
	case IR_BSWAP:
		if (constant(o, i->a, &x))
			become_ldi(o, i, (int64_t)ir_eval_bswap((uint64_t)x, i->size));
		break;
	case IR_STORE:
		if (!i->has_imm && constant(o, i->b, &x) && (i->size < 8 || x == (int32_t)x)) {
			i->has_imm = true;
			i->imm = (int32_t)x;
			i->b = 0;
			o->changed = true;
		}
		break;
	case IR_SETCC: fold_cond(o, i); break;
	case IR_BR:
		fuse_setcc(o, b, i);
		fold_cond(o, i);
		break;
	case IR_RET:
		if (!i->has_imm && constant(o, i->a, &x)) {
			i->has_imm = true;
			i->imm = x;
			i->a = 0;
			o->changed = true;
		}
		break;
	default:
		if (ir_is_op2(i->op))
			fold_op2(o, i);
	}
}

static void propagate(struct opt *o)
{
	ir_reg *use[8];

	IR_EACH_BLOCK (o->f, b) {
		o->block++;
		IR_EACH_INST (b, i) {
			unsigned n = ir_uses(i, use);

			for (unsigned k = 0; k < n; k++) {
				ir_reg r = original(o, *use[k]);

				if (r != *use[k])
					*use[k] = r, o->changed = true;
			}
			fold_inst(o, b, i);
			if (i->dst)
				note_def(o, i);
		}
	}
}

/* ------------------------------------------------------------------ dead code */

static void remove_dead(struct opt *o)
{
	ir_reg *use[8];
	bool again = true;

	count(o);
	while (again) {
		again = false;
		IR_EACH_BLOCK (o->f, b) {
			for (struct ir_inst *i = b->last, *prev; i; i = prev) {
				unsigned n;

				prev = i->prev;
				if (i->op != IR_NOP &&
				    (ir_op_has(i->op, 'S') || ir_op_has(i->op, 'T') ||
				     (o->nuse[i->dst] && !(i->op == IR_MOV && i->a == i->dst))))
					continue;
				for (n = ir_uses(i, use); n; n--)
					o->nuse[*use[n - 1]]--;
				DT_LIST_REMOVE(b, i);
				o->changed = again = true;
			}
		}
	}
}

/* ------------------------------------------------------------------ the shape of the function */

/* A block that only jumps on stands for where it jumps to. */
static struct ir_block *thread(struct ir_block *b)
{
	for (int n = 0; n < 16 && b->first->op == IR_JMP; n++)
		b = b->first->then;
	return b;
}

static void thread_jumps(struct opt *o)
{
	IR_EACH_BLOCK (o->f, b) {
		struct ir_inst *t = b->last;

		if (t->op == IR_RET)
			continue;
		if (thread(t->then) != t->then)
			t->then = thread(t->then), o->changed = true;
		if (t->op == IR_BR && thread(t->otherwise) != t->otherwise)
			t->otherwise = thread(t->otherwise), o->changed = true;
		if (t->op == IR_BR && t->then == t->otherwise) {
			t->op = IR_JMP;
			t->a = t->b = 0;
			t->has_imm = false;
			t->otherwise = NULL;
			o->changed = true;
		}
		/* a jump to a bare return is that return */
		if (t->op == IR_JMP && t->then->first->op == IR_RET && t->then->first->has_imm) {
			t->op = IR_RET;
			t->has_imm = true;
			t->imm = t->then->first->imm;
			t->then = NULL;
			o->changed = true;
		}
	}
}

static void renumber(struct ir_func *f)
{
	uint32_t n = 0;

	IR_EACH_BLOCK (f, b)
		b->number = n++;
}

/* Predecessor counts of reachable blocks; 0 = unreachable (the entry has one more). */
static uint32_t *predecessors(struct opt *o, uint32_t nblocks)
{
	uint32_t *preds = DT_NEW_N(o->tmp, uint32_t, nblocks);
	struct ir_block **work = DT_NEW_N(o->tmp, struct ir_block *, nblocks);
	uint32_t n = 0;

	preds[o->f->first->number] = 1;
	work[n++] = o->f->first;
	while (n) {
		const struct ir_inst *t = work[--n]->last;
		struct ir_block *to[2] = {t->op == IR_RET ? NULL : t->then,
					  t->op == IR_BR ? t->otherwise : NULL};

		for (int k = 0; k < 2; k++)
			if (to[k] && !preds[to[k]->number]++)
				work[n++] = to[k];
	}
	return preds;
}

static void reshape(struct opt *o)
{
	uint32_t nblocks = o->f->last->number + 1;
	uint32_t *preds = predecessors(o, nblocks);

	/* straight lines: take over the only successor whose only predecessor this is */
	IR_EACH_BLOCK (o->f, b) {
		struct ir_inst *t;

		if (!preds[b->number])
			continue;
		while ((t = b->last)->op == IR_JMP && t->then != b && t->then != o->f->first &&
		       preds[t->then->number] == 1) {
			struct ir_block *s = t->then;

			DT_LIST_REMOVE(b, t);
			if (b->last)
				b->last->next = s->first;
			else
				b->first = s->first;
			s->first->prev = b->last;
			b->last = s->last;
			preds[s->number] = 0;
			s->first = s->last = NULL;
			o->changed = true;
		}
	}
	for (struct ir_block *b = o->f->first; b;) {
		struct ir_block *n = b->next;

		while (n && !preds[n->number]) {
			o->changed = true;
			n = n->next;
		}
		b->next = n;
		if (!n)
			o->f->last = b;
		b = n;
	}
	renumber(o->f);
}

void ir_optimise(struct ir_func *f)
{
	struct opt o = {.f = f, .tmp = dt_arena_new()};
	size_t n = (size_t)f->nregs + 1;

	if (!o.tmp)
		return; /* correct as it is */
	o.def = DT_NEW_N(o.tmp, struct ir_inst *, n);
	o.ndef = DT_NEW_N(o.tmp, uint32_t, n);
	o.nuse = DT_NEW_N(o.tmp, uint32_t, n);
	o.version = DT_NEW_N(o.tmp, uint32_t, n);
	o.local = DT_NEW_N(o.tmp, struct local, n);
	renumber(f);
	for (int k = 0; k < ROUNDS; k++) {
		o.changed = false;
		count(&o);
		propagate(&o);
		thread_jumps(&o);
		reshape(&o);
		remove_dead(&o);
		if (!o.changed)
			break;
	}
	dt_arena_free(o.tmp);
}
