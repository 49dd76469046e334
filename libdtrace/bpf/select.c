/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instruction selection: IR's three-address instructions become BPF's two-address ones.
 *
 *	%3 = add %1, %2   =>   v3 = v1; v3 += v2	(the move goes away if v1 is not used again)
 *
 * Values that are set once and cost nothing to make again (constants, frame addresses) are made
 * where they are used and never kept: `add %1, %k` with a known %k is an immediate, an argument
 * that is a frame object is computed into its argument register, memory at a frame object is
 * addressed off r10, and memory at `add %p, 8` off %p.
 */
#include "bpf/mir.h"
#include "bpf/sys.h"

struct sel {
	struct mfunc *m;
	struct ir_func *f;
	struct ir_inst **def; /* the only instruction that sets a register, or NULL */
	uint32_t *ndef, *nuse;
	struct mblock **blocks; /* by IR block number */
	struct mblock *b;       /* where instructions go */
	struct dt_span span;
	bool v4; /* cpu v4: signed division, sign-extending moves and loads */
};

static const uint8_t alu_code[] = {
	[IR_ADD] = BPF_A_ADD,  [IR_SUB] = BPF_A_SUB,  [IR_MUL] = BPF_A_MUL,  [IR_UDIV] = BPF_A_DIV,
	[IR_UMOD] = BPF_A_MOD, [IR_SDIV] = BPF_A_DIV, [IR_SMOD] = BPF_A_MOD, [IR_AND] = BPF_A_AND,
	[IR_OR] = BPF_A_OR,    [IR_XOR] = BPF_A_XOR,  [IR_SHL] = BPF_A_LSH,  [IR_SHR] = BPF_A_RSH,
	[IR_SAR] = BPF_A_ARSH,
};
static const uint8_t cond_code[] = {
	[IR_EQ] = BPF_J_EQ,   [IR_NE] = BPF_J_NE,   [IR_LT] = BPF_J_LT,   [IR_LE] = BPF_J_LE,
	[IR_GT] = BPF_J_GT,   [IR_GE] = BPF_J_GE,   [IR_SLT] = BPF_J_SLT, [IR_SLE] = BPF_J_SLE,
	[IR_SGT] = BPF_J_SGT, [IR_SGE] = BPF_J_SGE, [IR_SET] = BPF_J_SET,
};

/* ------------------------------------------------------------------ machine instructions */

struct mi *dt_mi_new(struct mfunc *m, enum mk k, struct dt_span span)
{
	struct mi *i = DT_NEW(m->tmp, struct mi);

	i->k = k;
	i->dst = i->src = i->src2 = MR_NONE;
	i->span = span;
	return i;
}

void dt_mi_insert(struct mblock *b, struct mi *before, struct mi *i)
{
	DT_LIST_INSERT(b, before, i);
}

void dt_mi_remove(struct mblock *b, struct mi *i)
{
	DT_LIST_REMOVE(b, i);
}

static unsigned add_reg(uint32_t *out, unsigned n, uint32_t r)
{
	if (r != MR_NONE && r != MR_FP)
		out[n++] = r;
	return n;
}

unsigned dt_mi_uses(const struct mi *i, uint32_t *out)
{
	unsigned n = 0;

	if (i->k == MK_CALL) {
		for (; n < i->nargs; n++)
			out[n] = n + 1;
		return n;
	}
	if (i->k == MK_EXIT) {
		out[0] = 0;
		return 1;
	}
	n = add_reg(out, n, i->src);
	n = add_reg(out, n, i->src2);
	if (i->k == MK_ALU || i->k == MK_STORE || i->k == MK_ATOMIC || i->k == MK_CLEARIF ||
	    i->k == MK_BR)
		n = add_reg(out, n, i->dst);
	if (i->k == MK_ATOMIC && i->imm == BPF_AT_CMPXCHG)
		out[n++] = 0;
	return n;
}

unsigned dt_mi_defs(const struct mi *i, uint32_t *out)
{
	switch ((enum mk)i->k) {
	case MK_ALU:
	case MK_MOV:
	case MK_MOVX:
	case MK_LDI:
	case MK_LD64:
	case MK_LDPC:
	case MK_FRAME:
	case MK_LOAD:
	case MK_CLEARIF: return add_reg(out, 0, i->dst);
	case MK_CALL:
		for (unsigned n = 0; n < 6; n++)
			out[n] = n;
		return 6;
	case MK_ATOMIC:
		if (i->imm == BPF_AT_XCHG)
			return add_reg(out, 0, i->src);
		if (i->imm == BPF_AT_CMPXCHG)
			return add_reg(out, 0, 0);
		return 0;
	default: return 0;
	}
}

static struct mi *put(struct sel *s, enum mk k)
{
	struct mi *i = dt_mi_new(s->m, k, s->span);

	dt_mi_insert(s->b, NULL, i);
	return i;
}

static uint32_t vreg(ir_reg r)
{
	return r + MR_VREG - 1;
}

static uint32_t temp(struct sel *s)
{
	return s->m->nregs++;
}

static bool is_s32(int64_t v)
{
	return v == (int32_t)v;
}

/* ------------------------------------------------------------------ values made on the spot */

static bool constant(const struct sel *s, ir_reg r, int64_t *v)
{
	const struct ir_inst *d = s->def[r];
	uint64_t u;

	if (d && d->op == IR_LDI) {
		*v = d->imm;
		return true;
	}
	if (d && d->op == IR_LDCONST && ir_const_get(s->f->mod, d->rt, &u)) {
		*v = (int64_t)u;
		return true;
	}
	return false;
}

/* The address base + off as a simpler register and offset, or as a frame object. */
struct addr {
	uint32_t reg;   /* MR_FP for a frame object */
	uint32_t frame; /* its number + 1 */
	int32_t off;
};

static bool is_s16(int64_t v)
{
	return v == (int16_t)v;
}

static bool frame_addr(const struct sel *s, ir_reg r, int64_t off, struct addr *a)
{
	for (int n = 0; n < 32; n++) {
		const struct ir_inst *d = s->def[r];
		int64_t v;

		if (!d)
			return false;
		if (d->op == IR_FRAME && is_s16(off)) {
			*a = (struct addr){MR_FP, d->frame + 1, (int32_t)off};
			return true;
		}
		if (d->op == IR_MOV)
			v = 0;
		else if (d->op != IR_ADD || !(d->has_imm || constant(s, d->b, &v)))
			return false;
		else if (d->has_imm)
			v = d->imm;
		if (!is_s32(off + v))
			return false;
		off += v;
		r = d->a;
	}
	return false;
}

static struct mi *load_imm(struct sel *s, uint32_t dst, int64_t v)
{
	struct mi *i = put(s, MK_LDI);

	i->dst = dst;
	i->imm = v;
	return i;
}

static void move(struct sel *s, uint32_t dst, uint32_t src)
{
	struct mi *i;

	if (dst == src)
		return;
	i = put(s, MK_MOV);
	i->dst = dst;
	i->src = src;
}

/* dst = the value of IR register r. */
static void value_to(struct sel *s, uint32_t dst, ir_reg r)
{
	const struct ir_inst *d = s->def[r];
	struct addr a;
	int64_t v;

	if (constant(s, r, &v)) {
		load_imm(s, dst, v);
	} else if (frame_addr(s, r, 0, &a)) {
		struct mi *i = put(s, MK_FRAME);

		i->dst = dst;
		i->frame = a.frame;
		i->off = a.off;
	} else if (d && d->op == IR_MAPFD) {
		struct mi *i = put(s, MK_LD64);

		i->dst = dst;
		i->map = d->map;
		i->code = BPF_PS_MAP_FD;
	} else {
		move(s, dst, vreg(r));
	}
}

/* A register that holds r: its own, or a temporary if it is made on the spot. */
static uint32_t reg_of(struct sel *s, ir_reg r)
{
	struct addr a;
	uint32_t t;
	int64_t v;

	if (!constant(s, r, &v) && !frame_addr(s, r, 0, &a))
		return vreg(r);
	t = temp(s);
	value_to(s, t, r);
	return t;
}

/* Second operands: an immediate if it is one that fits, else a register. */
static void second(struct sel *s, const struct ir_inst *i, bool *has_imm, int64_t *imm,
		   uint32_t *reg)
{
	*reg = MR_NONE;
	*imm = i->imm;
	*has_imm = i->has_imm || constant(s, i->b, imm);
	if (!*has_imm) {
		*reg = reg_of(s, i->b);
	} else if (!is_s32(*imm)) {
		*has_imm = false;
		*reg = temp(s);
		load_imm(s, *reg, *imm);
	}
}

static void alu_imm(struct sel *s, uint8_t op, uint32_t dst, int64_t imm)
{
	struct mi *i = put(s, MK_ALU);

	i->code = BPF_C_ALU64 | BPF_SRC_K | op;
	i->dst = dst;
	i->has_imm = true;
	i->imm = imm;
}

static void alu_reg(struct sel *s, uint8_t op, uint32_t dst, uint32_t src)
{
	struct mi *i = put(s, MK_ALU);

	i->code = BPF_C_ALU64 | BPF_SRC_X | op;
	i->dst = dst;
	i->src = src;
}

/* ------------------------------------------------------------------ arithmetic */

/*
 * Signed division without a signed instruction (up to cpu v3):
 *	sx = x >>s 63; ux = (x ^ sx) - sx	likewise sy, uy
 *	x / y = ((ux / uy) ^ (sx ^ sy)) - (sx ^ sy)
 *	x % y = ((ux % uy) ^ sx) - sx
 * It is also taken with v4 where the divisor is not a constant: kernels exist whose INT64_MIN / -1
 * traps in the processor's instruction, and no feature can be tried for that.
 */
static void magnitude(struct sel *s, uint32_t *sign, uint32_t *mag, uint32_t x)
{
	*sign = temp(s);
	*mag = temp(s);
	move(s, *sign, x);
	alu_imm(s, BPF_A_ARSH, *sign, 63);
	move(s, *mag, x);
	alu_reg(s, BPF_A_XOR, *mag, *sign);
	alu_reg(s, BPF_A_SUB, *mag, *sign);
}

static void sel_sdiv(struct sel *s, const struct ir_inst *i)
{
	uint8_t op = alu_code[i->op];
	bool mod = i->op == IR_SMOD, has_imm, neg = false;
	uint32_t x = reg_of(s, i->a), y, sx, ux, sy, uy;
	int64_t imm = i->imm;

	has_imm = i->has_imm || constant(s, i->b, &imm);
	if (has_imm && s->v4 && imm != -1 && is_s32(imm)) {
		uint32_t t = temp(s);

		move(s, t, x);
		alu_imm(s, op, t, imm);
		s->b->last->off = 1; /* signed */
		move(s, vreg(i->dst), t);
		return;
	}
	magnitude(s, &sx, &ux, x);
	if (has_imm) {
		uint64_t u = imm < 0 ? 0 - (uint64_t)imm : (uint64_t)imm;

		neg = imm < 0;
		if (u <= INT32_MAX) {
			alu_imm(s, op, ux, (int64_t)u);
		} else {
			uy = temp(s);
			load_imm(s, uy, (int64_t)u);
			alu_reg(s, op, ux, uy);
		}
	} else {
		y = reg_of(s, i->b);
		magnitude(s, &sy, &uy, y);
		alu_reg(s, op, ux, uy);
		if (!mod)
			alu_reg(s, BPF_A_XOR, sx, sy);
	}
	alu_reg(s, BPF_A_XOR, ux, sx);
	alu_reg(s, BPF_A_SUB, ux, sx);
	if (neg && !mod)
		alu_imm(s, BPF_A_NEG, ux, 0);
	move(s, vreg(i->dst), ux);
}

static void sel_op2(struct sel *s, const struct ir_inst *i)
{
	uint32_t d = vreg(i->dst), t, y;
	bool shift = i->op == IR_SHL || i->op == IR_SHR || i->op == IR_SAR;
	bool div = i->op == IR_UDIV || i->op == IR_UMOD || i->op == IR_SDIV || i->op == IR_SMOD;
	bool has_imm;
	ir_reg a = i->a;
	int64_t imm;

	if (div && (i->has_imm || constant(s, i->b, &imm)) && (i->has_imm ? i->imm : imm) == 0) {
		/* never executed, and refused by the kernel: any value will do */
		load_imm(s, d, 0);
		return;
	}
	if (i->op == IR_SDIV || i->op == IR_SMOD) {
		sel_sdiv(s, i);
		return;
	}
	second(s, i, &has_imm, &imm, &y);
	/* the operand that is not needed any more is better overwritten than the other */
	if (!has_imm && ir_is_commutative(i->op) && s->nuse[a] > 1 && s->nuse[i->b] == 1 &&
	    y == vreg(i->b) && s->def[i->b]) {
		a = i->b;
		y = reg_of(s, i->a);
	}
	if (has_imm && shift)
		imm &= 63;
	if (has_imm && i->op == IR_SUB && imm != INT32_MIN) { /* one form for pointers and sums */
		t = d;
		value_to(s, t, a);
		alu_imm(s, BPF_A_ADD, t, -imm);
		return;
	}
	if (!has_imm && shift && !(s->def[i->b] && ir_umax(s->def, s->def[i->b]) < 64)) {
		/* the machine takes the count modulo 64 only by custom */
		t = temp(s);
		move(s, t, y);
		alu_imm(s, BPF_A_AND, t, 63);
		y = t;
	}
	t = !has_imm && y == d ? temp(s) : d;
	value_to(s, t, a);
	if (has_imm)
		alu_imm(s, alu_code[i->op], t, imm);
	else
		alu_reg(s, alu_code[i->op], t, y);
	move(s, d, t);
}

static void movx(struct sel *s, uint32_t dst, uint32_t src, uint8_t class, int32_t off)
{
	struct mi *i = put(s, MK_MOVX);

	i->code = class | BPF_SRC_X | BPF_A_MOV;
	i->dst = dst;
	i->src = src;
	i->off = off;
}

/* dst = low `size` bytes of src, extended. dst may be src. */
static void extend(struct sel *s, uint32_t dst, uint32_t src, unsigned size, bool is_signed)
{
	if (size == 8) {
		move(s, dst, src);
	} else if (!is_signed && size == 4) {
		movx(s, dst, src, BPF_C_ALU, 0);
	} else if (!is_signed) {
		move(s, dst, src);
		alu_imm(s, BPF_A_AND, dst, size == 1 ? 0xff : 0xffff);
	} else if (s->v4) {
		movx(s, dst, src, BPF_C_ALU64, (int32_t)size * 8);
	} else {
		move(s, dst, src);
		alu_imm(s, BPF_A_LSH, dst, 64 - 8 * (int)size);
		alu_imm(s, BPF_A_ARSH, dst, 64 - 8 * (int)size);
	}
}

static void sel_bswap(struct sel *s, const struct ir_inst *i)
{
	uint32_t d = vreg(i->dst);
	struct mi *k;

	value_to(s, d, i->a);
	if (i->size == 1) {
		alu_imm(s, BPF_A_AND, d, 0xff);
		return;
	}
	k = put(s, MK_ALU);
	/* "to big endian" swaps on a little-endian machine, "to little endian" on the other */
	k->code = BPF_C_ALU | BPF_A_END |
		  (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? BPF_SRC_X : BPF_SRC_K);
	k->dst = d;
	k->has_imm = true;
	k->imm = i->size * 8;
}

static void sel_setcc(struct sel *s, const struct ir_inst *i)
{
	uint32_t d = vreg(i->dst), x = reg_of(s, i->a), y, t;
	bool has_imm;
	int64_t imm;
	struct mi *k;

	second(s, i, &has_imm, &imm, &y);
	t = d == x || d == y ? temp(s) : d;
	load_imm(s, t, 1);
	k = put(s, MK_CLEARIF);
	k->dst = t;
	k->src = x;
	k->src2 = y;
	k->cond = cond_code[i->cond];
	k->has_imm = has_imm;
	k->imm = imm;
	move(s, d, t);
}

/* ------------------------------------------------------------------ memory */

static uint8_t size_code(unsigned size)
{
	return size == 1 ? BPF_S_B : size == 2 ? BPF_S_H : size == 4 ? BPF_S_W : BPF_S_DW;
}

static struct addr address(struct sel *s, ir_reg base, int64_t off)
{
	struct addr a;
	uint32_t t;

	if (frame_addr(s, base, off, &a))
		return a;
	for (int n = 0; n < 32; n++) {
		const struct ir_inst *d = s->def[base];

		if (!d || d->op != IR_ADD || !d->has_imm || !s->def[d->a] || !is_s16(off + d->imm))
			break;
		off += d->imm;
		base = d->a;
	}
	if (is_s16(off))
		return (struct addr){reg_of(s, base), 0, (int32_t)off};
	t = temp(s);
	value_to(s, t, base);
	alu_imm(s, BPF_A_ADD, t, off);
	return (struct addr){t, 0, 0};
}

static void sel_load(struct sel *s, const struct ir_inst *i)
{
	struct addr a = address(s, i->a, i->off);
	bool sx = i->is_signed && i->size < 8;
	struct mi *k = put(s, MK_LOAD);

	k->code = BPF_C_LDX | (sx && s->v4 ? BPF_M_MEMSX : BPF_M_MEM) | size_code(i->size);
	k->dst = vreg(i->dst);
	k->src = a.reg;
	k->frame = a.frame;
	k->off = a.off;
	if (sx && !s->v4)
		extend(s, k->dst, k->dst, i->size, true);
}

static void sel_store(struct sel *s, const struct ir_inst *i)
{
	struct addr a = address(s, i->a, i->off);
	uint32_t v = MR_NONE;
	int64_t imm = i->imm;
	bool has_imm = i->has_imm || constant(s, i->b, &imm);
	struct mi *k;

	if (has_imm && i->size < 8)
		imm = (int32_t)imm;
	if (!has_imm) {
		v = reg_of(s, i->b);
	} else if (!is_s32(imm)) {
		has_imm = false;
		v = temp(s);
		load_imm(s, v, imm);
	}
	k = put(s, MK_STORE);
	k->code = (has_imm ? BPF_C_ST : BPF_C_STX) | BPF_M_MEM | size_code(i->size);
	k->dst = a.reg;
	k->frame = a.frame;
	k->off = a.off;
	k->src = v;
	k->has_imm = has_imm;
	k->imm = has_imm ? imm : 0;
}

static void sel_atomic(struct sel *s, const struct ir_inst *i)
{
	struct addr a = address(s, i->a, i->off);
	uint32_t v;
	struct mi *k;

	if (i->op == IR_XCHG) {
		v = temp(s);
		value_to(s, v, i->b);
	} else {
		v = reg_of(s, i->op == IR_CMPXCHG ? i->c : i->b);
	}
	if (i->op == IR_CMPXCHG)
		value_to(s, 0, i->b);
	k = put(s, MK_ATOMIC);
	k->code = BPF_C_STX | BPF_M_ATOMIC | size_code(i->size);
	k->dst = a.reg;
	k->frame = a.frame;
	k->off = a.off;
	k->src = v;
	k->imm = i->op == IR_XCHG ? BPF_AT_XCHG : i->op == IR_CMPXCHG ? BPF_AT_CMPXCHG : BPF_AT_ADD;
	if (i->op != IR_ATOMIC_ADD)
		move(s, vreg(i->dst), i->op == IR_XCHG ? v : 0);
}

/* ------------------------------------------------------------------ calls and branches */

static void sel_call(struct sel *s, const struct ir_inst *i)
{
	struct mi *k;

	for (unsigned n = 0; n < i->nargs; n++)
		value_to(s, n + 1, i->args[n]);
	k = put(s, MK_CALL);
	k->nargs = i->nargs;
	k->imm = i->imm;
	k->name = i->op == IR_CALL_RT ? i->rt : NULL;
	k->callee = i->op == IR_CALL_FN ? i->callee : NULL;
	if (i->dst && s->nuse[i->dst])
		move(s, vreg(i->dst), 0);
}

static void jump(struct sel *s, struct ir_block *to)
{
	struct mi *k = put(s, MK_JA);

	k->code = BPF_OP_JA;
	k->then = s->blocks[to->number];
}

static void sel_br(struct sel *s, const struct ir_inst *i)
{
	enum ir_cond c = i->cond, inv;
	uint32_t x, y;
	bool has_imm;
	int64_t imm, v;
	struct mi *k;

	if (constant(s, i->a, &v) && !i->has_imm && !constant(s, i->b, &imm)) {
		/* the constant goes second */
		struct ir_inst sw = *i;

		sw.a = i->b;
		sw.has_imm = true;
		sw.imm = v;
		sw.cond = ir_cond_swap(c);
		sel_br(s, &sw);
		return;
	}
	x = reg_of(s, i->a);
	second(s, i, &has_imm, &imm, &y);
	k = put(s, MK_BR);
	k->cond = cond_code[c];
	k->ncode = ir_cond_invert(c, &inv) ? cond_code[inv] : 0;
	k->dst = x;
	k->src = y;
	k->has_imm = has_imm;
	k->imm = imm;
	k->then = s->blocks[i->then->number];
	k->otherwise = s->blocks[i->otherwise->number];
}

static void sel_ret(struct sel *s, const struct ir_inst *i)
{
	if (i->has_imm)
		load_imm(s, 0, i->imm);
	else
		value_to(s, 0, i->a);
	put(s, MK_EXIT)->code = BPF_OP_EXIT;
}

static void sel_ld64(struct sel *s, const struct ir_inst *i)
{
	struct mi *k = put(s, MK_LD64);

	k->dst = vreg(i->dst);
	k->map = i->op == IR_LDCONST ? NULL : i->map;
	k->name = i->op == IR_LDCONST ? i->rt : NULL;
	k->off = i->op == IR_MAPVAL ? i->off : 0;
	k->code = i->op == IR_MAPFD ? BPF_PS_MAP_FD : i->op == IR_MAPVAL ? BPF_PS_MAP_VALUE : 0;
}

static void sel_inst(struct sel *s, const struct ir_inst *i)
{
	uint32_t d = i->dst ? vreg(i->dst) : MR_NONE;
	struct addr a;
	int64_t v;

	s->span = i->span;
	switch ((enum ir_op)i->op) {
	case IR_NOP:
	case IR_PARAM: break; /* parameters: see prologue */
	case IR_LDI:
		if (!s->def[i->dst])
			load_imm(s, d, i->imm);
		break;
	case IR_LDCONST:
		if (!constant(s, i->dst, &v))
			sel_ld64(s, i);
		break;
	case IR_LDPC: put(s, MK_LDPC)->dst = d; break;
	case IR_MAPFD: /* made again at each call if set once; the rest is removed as dead */
	case IR_MAPVAL: sel_ld64(s, i); break;
	case IR_FRAME:
		if (!s->def[i->dst]) {
			struct mi *k = put(s, MK_FRAME);

			k->dst = d;
			k->frame = i->frame + 1;
		}
		break;
	case IR_MOV: value_to(s, d, i->a); break;
	case IR_NEG:
		value_to(s, d, i->a);
		alu_imm(s, BPF_A_NEG, d, 0);
		break;
	case IR_NOT:
		value_to(s, d, i->a);
		alu_imm(s, BPF_A_XOR, d, -1);
		break;
	case IR_EXT: extend(s, d, reg_of(s, i->a), i->size, i->is_signed); break;
	case IR_BSWAP: sel_bswap(s, i); break;
	case IR_SETCC: sel_setcc(s, i); break;
	case IR_LOAD: sel_load(s, i); break;
	case IR_STORE: sel_store(s, i); break;
	case IR_ATOMIC_ADD:
	case IR_CMPXCHG:
	case IR_XCHG: sel_atomic(s, i); break;
	case IR_CALL:
	case IR_CALL_RT:
	case IR_CALL_FN: sel_call(s, i); break;
	case IR_BR: sel_br(s, i); break;
	case IR_JMP: jump(s, i->then); break;
	case IR_RET: sel_ret(s, i); break;
	default:
		if (!frame_addr(s, i->dst, 0, &a)) /* else made where it is used */
			sel_op2(s, i);
	}
}

/* ------------------------------------------------------------------ the function */

static void count(struct sel *s)
{
	ir_reg *use[8];

	IR_EACH_BLOCK (s->f, b) {
		IR_EACH_INST (b, i) {
			unsigned n = ir_uses(i, use);

			while (n)
				s->nuse[*use[--n]]++;
			if (i->dst)
				s->def[i->dst] = s->ndef[i->dst]++ ? NULL : i;
		}
	}
}

static struct mblock *new_block(struct mfunc *m)
{
	struct mblock *b = DT_NEW(m->tmp, struct mblock);

	b->number = m->nblocks++;
	if (m->last)
		m->last->next = b;
	else
		m->first = b;
	m->last = b;
	return b;
}

/* Parameters are taken from r1..r5 before anything can destroy those. A parameter that is put into
 * a register with other definitions too is set where it stands, from a temporary. */
static void prologue(struct sel *s)
{
	uint32_t held[5] = {0};

	IR_EACH_INST (s->f->first, i) {
		if (i->op != IR_PARAM || (uint64_t)i->imm > 4)
			continue;
		if (!held[i->imm])
			held[i->imm] = temp(s);
	}
	s->span = s->f->first->first->span;
	for (unsigned n = 0; n < 5; n++)
		if (held[n])
			move(s, held[n], n + 1);
	s->b = s->blocks[0];
	IR_EACH_INST (s->f->first, i) {
		if (i->op == IR_PARAM && (uint64_t)i->imm <= 4)
			move(s, vreg(i->dst), held[i->imm]);
		else
			sel_inst(s, i);
	}
}

/* Unreachable code is refused by the kernel: only blocks that can be reached stay. */
static void drop_unreachable(struct mfunc *m)
{
	struct mblock **work = DT_NEW_N(m->tmp, struct mblock *, m->nblocks);
	bool *seen = DT_NEW_N(m->tmp, bool, m->nblocks);
	uint32_t n = 0;

	seen[0] = true;
	work[n++] = m->first;
	while (n) {
		const struct mi *t = work[--n]->last;
		struct mblock *to[2] = {t->then, t->otherwise};

		for (int k = 0; k < 2; k++)
			if (to[k] && !seen[to[k]->number]) {
				seen[to[k]->number] = true;
				work[n++] = to[k];
			}
	}
	m->nblocks = 0;
	for (struct mblock *b = m->first; b; b = b->next) {
		while (b->next && !seen[b->next->number])
			b->next = b->next->next;
		b->number = m->nblocks++;
		m->last = b;
	}
}

void dt_select(struct mfunc *m)
{
	struct sel s = {.m = m, .f = m->f};
	size_t n = (size_t)m->f->nregs + 1;
	uint32_t nblocks = 0;

	s.v4 = dt_feature(m->feat, FEAT_SDIV);
	s.def = DT_NEW_N(m->tmp, struct ir_inst *, n);
	s.ndef = DT_NEW_N(m->tmp, uint32_t, n);
	s.nuse = DT_NEW_N(m->tmp, uint32_t, n);
	m->nregs = MR_VREG + m->f->nregs;
	for (uint32_t k = 0; k < m->f->frame.n; k++)
		dt_vec_push(m->tmp, &m->frame, m->f->frame.v[k]);
	count(&s);
	s.b = new_block(m); /* the prologue: what comes next may be a loop's head */
	IR_EACH_BLOCK (m->f, b)
		nblocks = b->number >= nblocks ? b->number + 1 : nblocks;
	s.blocks = DT_NEW_N(m->tmp, struct mblock *, nblocks);
	IR_EACH_BLOCK (m->f, b)
		s.blocks[b->number] = new_block(m);
	prologue(&s);
	for (struct ir_block *b = m->f->first->next; b; b = b->next) {
		s.b = s.blocks[b->number];
		IR_EACH_INST (b, i)
			sel_inst(&s, i);
	}
	/* the prologue falls through */
	s.b = m->first;
	jump(&s, m->f->first);
	drop_unreachable(m);
}
