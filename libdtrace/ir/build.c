/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Building IR. A builder is a cursor; every call appends one instruction, or none when its value is
 * already known: an operand that a nearby LDI of the same block set is a constant, and an operation
 * on two constants is an LDI. The rest is the optimiser's.
 */
#include "ir/build.h"

#define LOOK_BACK 12 /* instructions searched for the LDI of an operand */

struct ir_module *ir_module_new(struct dt_arena *a, struct dt_diags *d)
{
	struct ir_module *m = DT_NEW(a, struct ir_module);

	m->arena = a;
	m->diags = d;
	m->consts = dt_map_new(a);
	return m;
}

struct ir_func *ir_func_new(struct ir_module *m, const char *name, bool is_entry, uint32_t nparams)
{
	struct ir_func *f = DT_NEW(m->arena, struct ir_func);

	f->mod = m;
	f->name = dt_strdup(m->arena, name);
	f->is_entry = is_entry;
	f->nparams = nparams;
	f->fd = -1;
	if (m->last)
		m->last->next = f;
	else
		m->first = f;
	m->last = f;
	return f;
}

struct dt_mapdef *ir_map_new(struct ir_module *m, const char *name, uint32_t type,
			     uint32_t key_size, uint32_t value_size, uint32_t max_entries,
			     uint32_t flags)
{
	struct dt_mapdef *d = DT_NEW(m->arena, struct dt_mapdef);

	d->name = dt_strdup(m->arena, name);
	d->type = type;
	d->key_size = key_size;
	d->value_size = value_size;
	d->max_entries = max_entries;
	d->flags = flags;
	d->number = m->maps.n;
	d->fd = -1;
	dt_vec_push(m->arena, &m->maps, d);
	return d;
}

struct dt_mapdef *ir_map_find(struct ir_module *m, const char *name)
{
	for (uint32_t i = 0; i < m->maps.n; i++)
		if (!strcmp(m->maps.v[i]->name, name))
			return m->maps.v[i];
	return NULL;
}

/* Stored as a pointer to the value, so that a constant 0 differs from one that is not set. */
void ir_const_set(struct ir_module *m, const char *name, uint64_t value)
{
	uint64_t *p = dt_map_gets(m->consts, name);

	if (!p) {
		p = DT_NEW(m->arena, uint64_t);
		dt_map_sets(m->consts, name, p);
	}
	*p = value;
}

bool ir_const_get(const struct ir_module *m, const char *name, uint64_t *value)
{
	const uint64_t *p = dt_map_gets(m->consts, name);

	if (p)
		*value = *p;
	return p != NULL;
}

/* ------------------------------------------------------------------ what operations mean */

static int64_t sdiv(int64_t x, int64_t y)
{
	return y == -1 ? (int64_t) - (uint64_t)x : x / y; /* INT64_MIN / -1 wraps */
}

uint64_t ir_eval_ext(uint64_t x, unsigned size, bool is_signed)
{
	unsigned sh = 64 - 8 * size;

	if (size == 8)
		return x;
	return is_signed ? (uint64_t)((int64_t)(x << sh) >> sh) : x << sh >> sh;
}

uint64_t ir_eval_bswap(uint64_t x, unsigned size)
{
	return size == 1 ? x & 0xff : __builtin_bswap64(x) >> (64 - 8 * size);
}

bool ir_eval_cond(enum ir_cond c, uint64_t x, uint64_t y)
{
	switch (c) {
	case IR_EQ: return x == y;
	case IR_NE: return x != y;
	case IR_LT: return x < y;
	case IR_LE: return x <= y;
	case IR_GT: return x > y;
	case IR_GE: return x >= y;
	case IR_SLT: return (int64_t)x < (int64_t)y;
	case IR_SLE: return (int64_t)x <= (int64_t)y;
	case IR_SGT: return (int64_t)x > (int64_t)y;
	case IR_SGE: return (int64_t)x >= (int64_t)y;
	case IR_SET: return (x & y) != 0;
	}
	return false;
}

bool ir_eval2(enum ir_op op, uint64_t x, uint64_t y, uint64_t *out)
{
	switch (op) {
	case IR_ADD: *out = x + y; break;
	case IR_SUB: *out = x - y; break;
	case IR_MUL: *out = x * y; break;
	case IR_AND: *out = x & y; break;
	case IR_OR: *out = x | y; break;
	case IR_XOR: *out = x ^ y; break;
	case IR_SHL: *out = x << (y & 63); break;
	case IR_SHR: *out = x >> (y & 63); break;
	case IR_SAR: *out = (uint64_t)((int64_t)x >> (y & 63)); break;
	case IR_UDIV: *out = y ? x / y : 0; break;
	case IR_UMOD: *out = y ? x % y : x; break;
	case IR_SDIV: *out = y ? (uint64_t)sdiv((int64_t)x, (int64_t)y) : 0; break;
	case IR_SMOD: *out = y ? x - (uint64_t)sdiv((int64_t)x, (int64_t)y) * y : x; break;
	default: return false;
	}
	return true;
}

bool ir_is_term(enum ir_op op)
{
	return op == IR_BR || op == IR_JMP || op == IR_RET;
}

bool ir_is_commutative(enum ir_op op)
{
	return op == IR_ADD || op == IR_MUL || op == IR_AND || op == IR_OR || op == IR_XOR;
}

bool ir_is_op2(enum ir_op op)
{
	return op >= IR_ADD && op <= IR_SAR;
}

enum ir_cond ir_cond_swap(enum ir_cond c)
{
	static const uint8_t t[] = {IR_EQ,  IR_NE,  IR_GT,  IR_GE,  IR_LT, IR_LE,
				    IR_SGT, IR_SGE, IR_SLT, IR_SLE, IR_SET};
	return t[c];
}

bool ir_cond_invert(enum ir_cond c, enum ir_cond *out)
{
	static const uint8_t t[] = {IR_NE, IR_EQ,  IR_GE,  IR_GT,  IR_LE,
				    IR_LT, IR_SGE, IR_SGT, IR_SLE, IR_SLT};
	if (c == IR_SET)
		return false;
	*out = t[c];
	return true;
}

unsigned ir_uses(struct ir_inst *i, ir_reg *out[8])
{
	unsigned n = 0;

	if (i->a)
		out[n++] = &i->a;
	if (i->b && !i->has_imm)
		out[n++] = &i->b;
	if (i->c)
		out[n++] = &i->c;
	for (unsigned k = 0; k < i->nargs; k++)
		out[n++] = &i->args[k];
	return n;
}

/* ------------------------------------------------------------------ the cursor */

static struct ir_inst *append(struct ir_builder *b, enum ir_op op)
{
	struct ir_inst *i = DT_NEW(b->fn->mod->arena, struct ir_inst);
	struct ir_block *k = b->block;

	i->op = op;
	i->span = b->span;
	if (!k || (k->last && ir_is_term(k->last->op)))
		return i; /* unreachable: dropped */
	DT_LIST_INSERT(k, (struct ir_inst *)NULL, i);
	return i;
}

static struct ir_inst *append_def(struct ir_builder *b, enum ir_op op)
{
	struct ir_inst *i = append(b, op);

	i->dst = ir_newreg(b);
	return i;
}

/* Is r known to hold a constant here? */
static bool known(const struct ir_builder *b, ir_reg r, int64_t *v)
{
	const struct ir_inst *i = b->block ? b->block->last : NULL;

	for (int n = 0; i && n < LOOK_BACK; i = i->prev, n++) {
		if (i->dst != r)
			continue;
		*v = i->imm;
		return i->op == IR_LDI;
	}
	return false;
}

struct ir_block *ir_block_new(struct ir_builder *b, const char *label)
{
	struct ir_block *k = DT_NEW(b->fn->mod->arena, struct ir_block);

	k->fn = b->fn;
	k->label = label;
	k->number = UINT32_MAX; /* not laid out yet */
	return k;
}

void ir_at(struct ir_builder *b, struct ir_block *k)
{
	struct ir_func *f = b->fn;

	b->block = k;
	if (k->number != UINT32_MAX)
		return;
	k->number = f->last ? f->last->number + 1 : 0;
	if (f->last)
		f->last->next = k;
	else
		f->first = k;
	f->last = k;
}

ir_reg ir_newreg(struct ir_builder *b)
{
	return ++b->fn->nregs;
}

ir_reg ir_param(struct ir_builder *b, unsigned n)
{
	struct ir_inst *i = append_def(b, IR_PARAM);

	i->imm = n;
	return i->dst;
}

ir_reg ir_ldi(struct ir_builder *b, int64_t v)
{
	ir_reg r = ir_newreg(b);

	ir_ldi_to(b, r, v);
	return r;
}

void ir_ldi_to(struct ir_builder *b, ir_reg dst, int64_t v)
{
	struct ir_inst *i = append(b, IR_LDI);

	i->dst = dst;
	i->imm = v;
}

ir_reg ir_ldconst(struct ir_builder *b, const char *name)
{
	struct ir_inst *i = append_def(b, IR_LDCONST);

	i->rt = name;
	return i->dst;
}

void ir_ldpc_to(struct ir_builder *b, ir_reg dst)
{
	append(b, IR_LDPC)->dst = dst;
}

ir_reg ir_mov(struct ir_builder *b, ir_reg a)
{
	ir_reg r = ir_newreg(b);

	ir_mov_to(b, r, a);
	return r;
}

void ir_mov_to(struct ir_builder *b, ir_reg dst, ir_reg a)
{
	struct ir_inst *i = append(b, IR_MOV);

	i->dst = dst;
	i->a = a;
}

ir_reg ir_op2i(struct ir_builder *b, enum ir_op op, ir_reg x, int64_t imm)
{
	struct ir_inst *i;
	uint64_t r;
	int64_t v;

	if (known(b, x, &v) && ir_eval2(op, (uint64_t)v, (uint64_t)imm, &r))
		return ir_ldi(b, (int64_t)r);
	i = append_def(b, op);
	i->a = x;
	i->imm = imm;
	i->has_imm = true;
	return i->dst;
}

ir_reg ir_op2(struct ir_builder *b, enum ir_op op, ir_reg x, ir_reg y)
{
	struct ir_inst *i;
	int64_t v;

	if (known(b, y, &v))
		return ir_op2i(b, op, x, v);
	if (ir_is_commutative(op) && known(b, x, &v))
		return ir_op2i(b, op, y, v);
	i = append_def(b, op);
	i->a = x;
	i->b = y;
	return i->dst;
}

ir_reg ir_op1(struct ir_builder *b, enum ir_op op, ir_reg x)
{
	struct ir_inst *i;
	int64_t v;

	if (known(b, x, &v))
		return ir_ldi(b, op == IR_NEG ? (int64_t) - (uint64_t)v : ~v);
	i = append_def(b, op);
	i->a = x;
	return i->dst;
}

ir_reg ir_ext(struct ir_builder *b, ir_reg x, unsigned size, bool is_signed)
{
	struct ir_inst *i;
	int64_t v;

	if (known(b, x, &v))
		return ir_ldi(b, (int64_t)ir_eval_ext((uint64_t)v, size, is_signed));
	i = append_def(b, IR_EXT);
	i->a = x;
	i->size = size;
	i->is_signed = is_signed;
	return i->dst;
}

ir_reg ir_bswap(struct ir_builder *b, ir_reg x, unsigned size)
{
	struct ir_inst *i;
	int64_t v;

	if (known(b, x, &v))
		return ir_ldi(b, (int64_t)ir_eval_bswap((uint64_t)v, size));
	i = append_def(b, IR_BSWAP);
	i->a = x;
	i->size = size;
	return i->dst;
}

ir_reg ir_setcc(struct ir_builder *b, enum ir_cond c, ir_reg x, ir_reg y)
{
	struct ir_inst *i;
	int64_t v;

	if (known(b, y, &v))
		return ir_setcci(b, c, x, v);
	if (known(b, x, &v))
		return ir_setcci(b, ir_cond_swap(c), y, v);
	i = append_def(b, IR_SETCC);
	i->cond = c;
	i->a = x;
	i->b = y;
	return i->dst;
}

ir_reg ir_setcci(struct ir_builder *b, enum ir_cond c, ir_reg x, int64_t imm)
{
	struct ir_inst *i;
	int64_t v;

	if (known(b, x, &v))
		return ir_ldi(b, ir_eval_cond(c, (uint64_t)v, (uint64_t)imm));
	i = append_def(b, IR_SETCC);
	i->cond = c;
	i->a = x;
	i->imm = imm;
	i->has_imm = true;
	return i->dst;
}

ir_reg ir_load(struct ir_builder *b, unsigned size, bool is_signed, ir_reg base, int32_t off)
{
	struct ir_inst *i = append_def(b, IR_LOAD);

	i->size = size;
	i->is_signed = is_signed && size < 8;
	i->a = base;
	i->off = off;
	return i->dst;
}

static struct ir_inst *mem(struct ir_builder *b, enum ir_op op, unsigned size, ir_reg base,
			   int32_t off, ir_reg v)
{
	struct ir_inst *i = append(b, op);

	i->size = size;
	i->a = base;
	i->off = off;
	i->b = v;
	return i;
}

void ir_store(struct ir_builder *b, unsigned size, ir_reg base, int32_t off, ir_reg v)
{
	int64_t k;

	if (known(b, v, &k) && (size < 8 || k == (int32_t)k))
		ir_storei(b, size, base, off, (int32_t)k);
	else
		mem(b, IR_STORE, size, base, off, v);
}

void ir_storei(struct ir_builder *b, unsigned size, ir_reg base, int32_t off, int32_t v)
{
	struct ir_inst *i = mem(b, IR_STORE, size, base, off, 0);

	i->imm = v;
	i->has_imm = true;
}

void ir_atomic_add(struct ir_builder *b, unsigned size, ir_reg base, int32_t off, ir_reg v)
{
	mem(b, IR_ATOMIC_ADD, size, base, off, v);
}

ir_reg ir_cmpxchg(struct ir_builder *b, unsigned size, ir_reg base, int32_t off, ir_reg old,
		  ir_reg new_)
{
	struct ir_inst *i = mem(b, IR_CMPXCHG, size, base, off, old);

	i->c = new_;
	return i->dst = ir_newreg(b);
}

ir_reg ir_xchg(struct ir_builder *b, unsigned size, ir_reg base, int32_t off, ir_reg v)
{
	struct ir_inst *i = mem(b, IR_XCHG, size, base, off, v);

	return i->dst = ir_newreg(b);
}

uint32_t ir_frameobj(struct ir_builder *b, uint32_t size, const char *name)
{
	struct ir_frameobj o = {.size = (size + 7) & ~7u, .align = 8, .name = name};

	dt_vec_push(b->fn->mod->arena, &b->fn->frame, o);
	return b->fn->frame.n - 1;
}

ir_reg ir_frame(struct ir_builder *b, uint32_t obj)
{
	struct ir_inst *i = append_def(b, IR_FRAME);

	i->frame = obj;
	return i->dst;
}

ir_reg ir_mapfd(struct ir_builder *b, struct dt_mapdef *m)
{
	struct ir_inst *i = append_def(b, IR_MAPFD);

	i->map = m;
	return i->dst;
}

ir_reg ir_mapval(struct ir_builder *b, struct dt_mapdef *m, int32_t off)
{
	struct ir_inst *i = append_def(b, IR_MAPVAL);

	i->map = m;
	i->off = off;
	return i->dst;
}

static struct ir_inst *call(struct ir_builder *b, enum ir_op op, unsigned nargs, const ir_reg *args)
{
	struct ir_inst *i = append_def(b, op);

	i->nargs = nargs > 5 ? 5 : nargs;
	if (i->nargs)
		memcpy(i->args, args, i->nargs * sizeof(*args));
	return i;
}

ir_reg ir_call(struct ir_builder *b, int helper, unsigned nargs, const ir_reg *args)
{
	struct ir_inst *i = call(b, IR_CALL, nargs, args);

	i->imm = helper;
	return i->dst;
}

ir_reg ir_call_rt(struct ir_builder *b, const char *rt, unsigned nargs, const ir_reg *args)
{
	struct ir_inst *i = call(b, IR_CALL_RT, nargs, args);

	i->rt = rt;
	return i->dst;
}

ir_reg ir_call_fn(struct ir_builder *b, struct ir_func *fn, unsigned nargs, const ir_reg *args)
{
	struct ir_inst *i = call(b, IR_CALL_FN, nargs, args);

	i->callee = fn;
	return i->dst;
}

/* ------------------------------------------------------------------ terminators */

void ir_jmp(struct ir_builder *b, struct ir_block *to)
{
	append(b, IR_JMP)->then = to;
	b->block = NULL;
}

static void branch(struct ir_builder *b, enum ir_cond c, ir_reg x, ir_reg y, bool has_imm,
		   int64_t imm, struct ir_block *then, struct ir_block *otherwise)
{
	struct ir_inst *i = append(b, IR_BR);

	i->cond = c;
	i->a = x;
	i->b = y;
	i->has_imm = has_imm;
	i->imm = imm;
	i->then = then;
	i->otherwise = otherwise;
	b->block = NULL;
}

void ir_br(struct ir_builder *b, enum ir_cond c, ir_reg x, ir_reg y, struct ir_block *then,
	   struct ir_block *otherwise)
{
	int64_t v;

	if (known(b, y, &v))
		ir_bri(b, c, x, v, then, otherwise);
	else
		branch(b, c, x, y, false, 0, then, otherwise);
}

void ir_bri(struct ir_builder *b, enum ir_cond c, ir_reg x, int64_t imm, struct ir_block *then,
	    struct ir_block *otherwise)
{
	int64_t v;

	if (known(b, x, &v))
		ir_jmp(b, ir_eval_cond(c, (uint64_t)v, (uint64_t)imm) ? then : otherwise);
	else
		branch(b, c, x, 0, true, imm, then, otherwise);
}

void ir_ret(struct ir_builder *b, ir_reg v)
{
	append(b, IR_RET)->a = v;
	b->block = NULL;
}

void ir_reti(struct ir_builder *b, int64_t v)
{
	struct ir_inst *i = append(b, IR_RET);

	i->imm = v;
	i->has_imm = true;
	b->block = NULL;
}
