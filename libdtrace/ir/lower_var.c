/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Places: variables, elements, members, memory. An lvalue becomes a struct dt_loc, which is loaded
 * from or stored to once, however long the chain of members that led to it: a->b.c[2].d is one read
 * of memory for each arrow.
 *
 *	global			map `globals`, direct
 *	this->			the slot, direct
 *	self-> scalars		a struct in task storage (or a hash by thread), created by a
 *				non-zero store
 *	self-> strings, arrays	a hash each, key = {thread, [birth, tuple...]}. Assigning 0
 *				deletes.
 *	kernel, user memory	probe_read, into a frame temporary; unreadable: fault
 *	scratch memory		offsets in the slot, bounds tested
 *
 * self-> is the thread's that is running, for `profile` probes too: they see what the thread they
 * interrupt has set. That is safe, since they come from a timer's interrupt, never from an NMI:
 * hashes take their locks with interrupts off; task storage keeps the interrupt out by a flag, and
 * then a read gives 0 and a store that had to create is counted as a drop. A value is stored by one
 * instruction, except for strings and structs, of which an interrupt may see half, as it may of
 * this thread's own memory.
 *
 * Thread numbers are used again. What is found by number alone is deleted when the thread exits. An
 * array's elements can't be found then: their keys hold a stamp of when the thread first stored to
 * one, kept among its self-> scalars; so a later thread of that number does not see them.
 */
#include "bpf/features.h"
#include "ir/lower_priv.h"

/* ------------------------------------------------------------------ memory */

void dt_lower_zero(struct dt_lower *lw, ir_reg p, uint32_t off, uint32_t size)
{
	struct ir_builder *b = &lw->b;

	if (size <= 64) { /* aligned: p is to eight bytes, and the stack insists */
		for (uint32_t end = off + size, n; off < end; off += n) {
			for (n = 8; n > end - off || off % n;)
				n /= 2;
			ir_storei(b, n, p, (int32_t)off, 0);
		}
		return;
	}
	if (lw->cx->zero_size < size)
		lw->cx->zero_size = size;
	IR_CALL(b, HLP_READ_KERNEL, ir_op2i(b, IR_ADD, p, off), ir_ldi(b, size),
		ir_mapval(b, lw->cx->m_zero, 0));
}

/* The alloca space as a pointer: base + (off - alloca_base), tested against alloca_size - size. */
ir_reg dt_lower_scratch(struct dt_lower *lw, ir_reg off, uint32_t size)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *bad, *ok;
	ir_reg limit, x, base;

	if (size > lw->cx->opts->scratchsize) {
		dt_lower_fault(lw, DTRACEFLT_BADADDR, off);
		return lw->slot;
	}
	bad = dt_lower_block(lw, NULL);
	ok = dt_lower_block(lw, NULL);
	base = ir_ldconst(b, "alloca_base");
	x = ir_op2(b, IR_SUB, off, base);
	limit = ir_op2i(b, IR_SUB, ir_ldconst(b, "alloca_size"), size);
	base = ir_op2(b, IR_ADD, lw->slot, base);
	ir_br(b, IR_GT, x, limit, bad, ok);
	ir_at(b, bad);
	dt_lower_fault(lw, DTRACEFLT_BADADDR, off);
	ir_at(b, ok);
	return ir_op2(b, IR_ADD, base, x);
}

void dt_lower_copy(struct dt_lower *lw, ir_reg dst, uint32_t off, uint32_t size,
		   enum dt_space space, ir_reg addr)
{
	struct ir_builder *b = &lw->b;
	ir_reg to, err;

	if (!size)
		return;
	if (space == SP_NONE && size <= 64) {
		uint32_t i = 0;

		for (; i + 8 <= size; i += 8)
			ir_store(b, 8, dst, (int32_t)(off + i),
				 ir_load(b, 8, false, addr, (int32_t)i));
		for (; i < size; i++)
			ir_store(b, 1, dst, (int32_t)(off + i),
				 ir_load(b, 1, false, addr, (int32_t)i));
		return;
	}
	if (space == SP_SCRATCH)
		addr = dt_lower_scratch(lw, addr, size);
	to = off ? ir_op2i(b, IR_ADD, dst, off) : dst;
	err = IR_CALL(b, space == SP_USER ? HLP_READ_USER : HLP_READ_KERNEL, to, ir_ldi(b, size),
		      addr);
	if (space == SP_KERNEL || space == SP_USER)
		dt_lower_fault_if(lw, IR_NE, err, 0, DTRACEFLT_BADADDR, addr);
}

ir_reg dt_lower_read(struct dt_lower *lw, enum dt_space space, ir_reg addr, unsigned size,
		     bool is_signed)
{
	struct ir_builder *b = &lw->b;
	ir_reg tmp;

	if (space == SP_SCRATCH)
		return ir_load(b, size, is_signed, dt_lower_scratch(lw, addr, size), 0);
	tmp = dt_lower_tmp8(lw);
	dt_lower_copy(lw, tmp, 0, size, space == SP_NONE ? SP_KERNEL : space, addr);
	return ir_load(b, size, is_signed, tmp, 0);
}

/* ------------------------------------------------------------------ keys of dynamic variables */

/* This thread, as 8 bytes. CPUs' idle threads all have tid 0: they are told apart by CPU. */
static ir_reg thread_key(struct dt_lower *lw)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *idle = dt_lower_block(lw, NULL), *done = dt_lower_block(lw, "thread");
	ir_reg t = ir_newreg(b);

	ir_mov_to(b, t, ir_ext(b, ir_call(b, HLP_PID_TGID, 0, NULL), 4, false));
	ir_bri(b, IR_EQ, t, 0, idle, done);
	ir_at(b, idle);
	ir_mov_to(b, t, ir_op2i(b, IR_SHL, ir_op2i(b, IR_ADD, lw->cpu, 1), 32));
	ir_jmp(b, done);
	ir_at(b, done);
	return t;
}

static ir_reg self_struct(struct dt_lower *lw, bool create);

/* The stamp in the keys of this thread's arrays; 0 if it has none yet, but not when storing. */
static ir_reg thread_birth(struct dt_lower *lw)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *have = dt_lower_block(lw, NULL), *done = dt_lower_block(lw, "birth"),
			*born;
	int32_t off = (int32_t)lw->cx->self_birth;
	ir_reg p = self_struct(lw, lw->priv->writing), v = ir_newreg(b);

	ir_ldi_to(b, v, 0);
	ir_bri(b, IR_EQ, p, 0, done, have);
	ir_at(b, have);
	ir_mov_to(b, v, ir_load(b, 8, false, p, off));
	if (lw->priv->writing) {
		born = dt_lower_block(lw, NULL);
		ir_bri(b, IR_EQ, v, 0, born, done);
		ir_at(b, born);
		ir_mov_to(b, v, ir_call(b, HLP_KTIME, 0, NULL));
		ir_store(b, 8, p, off, v);
	}
	ir_jmp(b, done);
	ir_at(b, done);
	return v;
}

/* The tuple in memory, holes and the rest of strings zero. */
static ir_reg dyn_key(struct dt_lower *lw, const struct dt_var *v, const struct dt_expr *e)
{
	struct ir_builder *b = &lw->b;
	ir_reg key = dt_lower_mem(lw, v->map->key_size);
	uint32_t end = 0;

	dt_lower_zero(lw, key, 0, v->map->key_size);
	if (v->kind == DT_VAR_SELF) {
		ir_store(b, 8, key, 0, thread_key(lw));
		end = 8;
		if (v->keys.n) {
			ir_store(b, 8, key, 8, thread_birth(lw));
			end = 16;
		}
	}
	for (uint32_t i = 0; i < v->keys.n && i < e->list.n; i++) {
		const struct dt_key *k = &v->keys.v[i];
		struct dt_field f = {.size = k->size, .off = dt_layout_add(&end, k->size)};
		enum dt_type_kind kind = dt_type_kind(k->type);
		struct dt_val val;

		f.kind = kind == TY_STRING ? (k->strid ? DT_FLD_STRID : DT_FLD_STRING)
			 : kind == TY_STACK
				 ? (dt_type_base(k->type)->userland ? DT_FLD_USTACK : DT_FLD_STACK)
				 : DT_FLD_INT;
		dt_lower_expr(lw, e->list.v[i], &val);
		dt_lower_store_field(lw, &f, &val, key);
	}
	return key;
}

/* ------------------------------------------------------------------ dynamic storage */

/* Pointer to the self-> struct of this thread, or 0; made if `create`. */
static ir_reg self_struct(struct dt_lower *lw, bool create)
{
	struct ir_builder *b = &lw->b;
	struct dt_mapdef *m = lw->cx->m_self;
	struct ir_block *missing, *done;
	ir_reg task, key, p;

	if (m->type == MAP_TASK_STORAGE) {
		task = ir_call(b, HLP_CURRENT_TASK_BTF, 0, NULL);
		return IR_CALL(b, HLP_TASK_STORAGE_GET, ir_mapfd(b, m), task, ir_ldi(b, 0),
			       ir_ldi(b, create ? 1 : 0));
	}
	key = dt_lower_mem(lw, 8);
	ir_store(b, 8, key, 0, thread_key(lw));
	p = ir_newreg(b);
	ir_mov_to(b, p, IR_CALL(b, HLP_MAP_LOOKUP, ir_mapfd(b, m), key));
	if (!create)
		return p;
	missing = dt_lower_block(lw, "create");
	done = dt_lower_block(lw, NULL);
	ir_bri(b, IR_EQ, p, 0, missing, done);
	ir_at(b, missing);
	IR_CALL(b, HLP_MAP_UPDATE, ir_mapfd(b, m), key, ir_mapval(b, lw->cx->m_zero, 0),
		ir_ldi(b, UPD_NOEXIST));
	ir_mov_to(b, p, IR_CALL(b, HLP_MAP_LOOKUP, ir_mapfd(b, m), key));
	ir_jmp(b, done);
	ir_at(b, done);
	return p;
}

/* Pointer to the element, or 0. */
static ir_reg dyn_elem(struct dt_lower *lw, const struct dt_loc *l, bool create)
{
	struct ir_builder *b = &lw->b;
	struct dt_mapdef *m = l->var->map;
	struct ir_block *missing, *done;
	ir_reg p = ir_newreg(b);

	ir_mov_to(b, p, IR_CALL(b, HLP_MAP_LOOKUP, ir_mapfd(b, m), l->reg));
	if (!create)
		return p;
	missing = dt_lower_block(lw, "create");
	done = dt_lower_block(lw, NULL);
	ir_bri(b, IR_EQ, p, 0, missing, done);
	ir_at(b, missing);
	IR_CALL(b, HLP_MAP_UPDATE, ir_mapfd(b, m), l->reg, ir_mapval(b, lw->cx->m_zero, 0),
		ir_ldi(b, UPD_NOEXIST));
	ir_mov_to(b, p, IR_CALL(b, HLP_MAP_LOOKUP, ir_mapfd(b, m), l->reg));
	ir_jmp(b, done);
	ir_at(b, done);
	return p;
}

static ir_reg dyn_pointer(struct dt_lower *lw, const struct dt_loc *l, bool create)
{
	return l->kind == LOC_SELF ? self_struct(lw, create) : dyn_elem(lw, l, create);
}

/* ------------------------------------------------------------------ the place of an lvalue */

static enum dt_space pointee_space(const struct dt_expr *e)
{
	if (e->space != SP_NONE)
		return e->space;
	return dt_type_base(e->type)->userland ? SP_USER : SP_KERNEL;
}

static void var_loc(struct dt_lower *lw, const struct dt_expr *e, struct dt_loc *l)
{
	const struct dt_var *v = e->var;

	l->var = v;
	if (v->map) {
		l->kind = LOC_DYN;
		l->reg = dyn_key(lw, v, e);
	} else if (v->kind == DT_VAR_SELF) {
		l->kind = LOC_SELF;
		l->off = v->off;
	} else if (v->kind == DT_VAR_THIS) {
		lw->priv->uses_this = true;
		l->kind = LOC_PTR;
		l->reg = lw->slot;
		l->off = v->off;
	} else {
		l->kind = LOC_PTR;
		l->reg = ir_mapval(&lw->b, lw->cx->m_globals, (int32_t)v->off);
	}
}

static uint64_t elem_size(const struct dt_type *t)
{
	uint64_t n = dt_type_base(t)->size;

	return n ? n : 1;
}

static void place(struct dt_lower *lw, const struct dt_expr *e, struct dt_loc *l);

/* What a pointer points to. */
static void pointed_loc(struct dt_lower *lw, const struct dt_expr *ptr, struct dt_loc *l)
{
	*l = (struct dt_loc){.kind = LOC_ADDR, .space = pointee_space(ptr)};
	l->reg = dt_lower_pointer(lw, ptr, &l->obj);
}

/* An address that is computed with is a number. */
static void make_number(struct dt_lower *lw, struct dt_loc *l)
{
	if (l->obj.reg)
		l->reg = dt_lower_plain(lw, l->obj.reg);
	l->obj.reg = 0;
}

/* a[i]: of an array in place, bounds tested if they are known; or behind a pointer. */
static void elem_loc(struct dt_lower *lw, const struct dt_expr *e, struct dt_loc *l)
{
	struct ir_builder *b = &lw->b;
	const struct dt_type *t = dt_type_base(e->a->type);
	const struct dt_expr *idx = e->list.v[0];
	uint64_t size = elem_size(e->type);
	ir_reg i;

	if (t->kind == TY_ARRAY) {
		place(lw, e->a, l);
		l->off_in_elem = true;
	} else {
		pointed_loc(lw, e->a, l);
	}
	if (idx->is_const && (t->kind != TY_ARRAY || !t->count || (uint64_t)idx->ival < t->count)) {
		l->off += idx->ival * (int64_t)size;
		return;
	}
	i = dt_lower_int(lw, idx);
	make_number(lw, l);
	if (lw->priv->writing && (l->kind == LOC_SELF || l->kind == LOC_DYN)) {
		l->reg = dyn_pointer(lw, l, true);
		l->kind = LOC_PTR;
		dt_lower_fault_if(lw, IR_EQ, l->reg, 0, DTRACEFLT_NOSCRATCH, 0);
	}
	dt_loc_pin(lw, l, e->a->type);
	if (t->kind == TY_ARRAY && (t->count || l->kind == LOC_PTR))
		dt_lower_fault_if(lw, IR_GE, i, t->count, DTRACEFLT_BADINDEX, i);
	l->reg = ir_op2(b, IR_ADD, l->reg, ir_op2i(b, IR_MUL, i, (int64_t)size));
}

/* A struct by value that is no lvalue: a call's or a conditional's result. */
static void value_loc(struct dt_lower *lw, const struct dt_expr *e, struct dt_loc *l)
{
	struct dt_val v;

	dt_lower_expr(lw, e, &v);
	*l = (struct dt_loc){.kind = LOC_ADDR, .reg = v.reg, .off = 0, .space = v.space};
	if (v.kind == VAL_MEM)
		*l = (struct dt_loc){.kind = LOC_PTR, .reg = v.reg, .off = v.off};
	else if (l->space == SP_NONE)
		l->space = SP_KERNEL;
}

static void place(struct dt_lower *lw, const struct dt_expr *e, struct dt_loc *l)
{
	struct dt_let let;

	*l = (struct dt_loc){0};
	switch (e->kind) {
	case E_VAR:
	case E_ASSOC: var_loc(lw, e, l); break;
	case E_SYM:
		*l = (struct dt_loc){.kind = LOC_ADDR, .space = SP_KERNEL};
		l->reg = ir_ldi(&lw->b, e->ival);
		break;
	case E_DEREF: pointed_loc(lw, e->a, l); break;
	case E_ELEM: elem_loc(lw, e, l); break;
	case E_MEMBER:
	case E_ARROW:
		if (e->kind == E_MEMBER)
			place(lw, e->a, l);
		else
			pointed_loc(lw, e->a, l);
		l->off += e->member.bit_off / 8;
		l->bit_off = e->member.bit_off % 8;
		l->bit_width = e->member.bit_width;
		l->off_in_elem = true;
		break;
	case E_LET:
		dt_lower_let(lw, e, &let);
		place(lw, e->b, l);
		lw->priv->let = let.outer;
		break;
	default: value_loc(lw, e, l); break;
	}
}

/* Indexes and keys inside an lvalue are read, also when the lvalue is written. */
static void place_for(struct dt_lower *lw, const struct dt_expr *e, struct dt_loc *l, bool writing)
{
	bool outer = lw->priv->writing;

	lw->priv->writing = writing;
	place(lw, e, l);
	lw->priv->writing = outer;
}

void dt_lower_loc(struct dt_lower *lw, const struct dt_expr *e, struct dt_loc *l)
{
	place_for(lw, e, l, false);
}

void dt_lower_loc_write(struct dt_lower *lw, const struct dt_expr *e, struct dt_loc *l)
{
	place_for(lw, e, l, true);
}

/* The address as a number: only of kernel, user and scratch memory. */
ir_reg dt_loc_addr(struct dt_lower *lw, const struct dt_loc *l)
{
	ir_reg r = l->obj.reg ? dt_lower_plain(lw, l->obj.reg) : l->reg;

	return l->off ? ir_op2i(&lw->b, IR_ADD, r, l->off) : r;
}

/* ------------------------------------------------------------------ loading */

/* Bytes that a bit-field or integer spans, as a size that can be read at once. */
static unsigned span_size(const struct dt_loc *l, uint64_t size)
{
	unsigned bytes = l->bit_width ? (l->bit_off + l->bit_width + 7) / 8 : (unsigned)size;

	return bytes > 4 ? 8 : bytes > 2 ? 4 : bytes ? bytes : 1;
}

static ir_reg extract_bits(struct dt_lower *lw, const struct dt_loc *l, ir_reg word, bool is_signed)
{
	struct ir_builder *b = &lw->b;
	unsigned left = 64 - (l->bit_off + l->bit_width);

	if (l->bit_off + l->bit_width > 64)
		left = 0;
	word = ir_op2i(b, IR_SHL, word, left);
	return ir_op2i(b, is_signed ? IR_SAR : IR_SHR, word, 64 - l->bit_width);
}

static ir_reg load_int(struct dt_lower *lw, const struct dt_loc *l, const struct dt_type *t)
{
	struct ir_builder *b = &lw->b;
	bool is_signed = dt_type_is_signed(t);
	unsigned size = span_size(l, t->size);
	bool ext = l->bit_width ? false : is_signed;
	struct ir_block *have, *done;
	ir_reg p, v;

	if (l->kind == LOC_ADDR) {
		v = dt_object_load(lw, &l->obj, l->off, size, ext, NULL);
		if (!v)
			v = dt_lower_read(lw, l->space, dt_loc_addr(lw, l), size, ext);
	} else if (l->kind == LOC_PTR) {
		v = ir_load(b, size, ext, l->reg, (int32_t)l->off);
	} else {
		have = dt_lower_block(lw, NULL);
		done = dt_lower_block(lw, "value");
		v = ir_newreg(b);
		p = dyn_pointer(lw, l, false);
		ir_ldi_to(b, v, 0);
		ir_bri(b, IR_NE, p, 0, have, done);
		ir_at(b, have);
		ir_mov_to(b, v, ir_load(b, size, ext, p, (int32_t)l->off));
		ir_jmp(b, done);
		ir_at(b, done);
	}
	return l->bit_width ? extract_bits(lw, l, v, is_signed) : v;
}

/* Makes a dynamic place a pointer for reading: to the element, or to zeroes where there is none. */
void dt_loc_pin(struct dt_lower *lw, struct dt_loc *l, const struct dt_type *t)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *none, *done;
	ir_reg p = ir_newreg(b);
	uint32_t need = (uint32_t)l->off + (uint32_t)dt_type_base(t)->size;

	if (l->kind != LOC_SELF && l->kind != LOC_DYN)
		return;
	if (lw->cx->zero_size < need)
		lw->cx->zero_size = need;
	none = dt_lower_block(lw, NULL);
	done = dt_lower_block(lw, "value");
	ir_mov_to(b, p, dyn_pointer(lw, l, false));
	ir_bri(b, IR_EQ, p, 0, none, done);
	ir_at(b, none);
	ir_mov_to(b, p, ir_mapval(b, lw->cx->m_zero, 0));
	ir_jmp(b, done);
	ir_at(b, done);
	l->kind = LOC_PTR;
	l->reg = p;
}

void dt_loc_load(struct dt_lower *lw, const struct dt_loc *loc, const struct dt_type *type,
		 struct dt_val *out)
{
	const struct dt_type *t = dt_type_base(type);
	struct dt_loc l = *loc;

	*out = (struct dt_val){.kind = VAL_INT, .cap = (uint32_t)t->size};
	switch (t->kind) {
	case TY_INT:
	case TY_ENUM:
	case TY_PTR: out->reg = load_int(lw, &l, t); return;
	case TY_FUNC: /* a function is its address */ out->reg = dt_loc_addr(lw, &l); return;
	default: break;
	}
	dt_loc_pin(lw, &l, type);
	if (l.kind == LOC_PTR && t->kind == TY_STRING && l.reg == lw->slot) {
		out->kind = VAL_SLOTSTR;
		out->off = (uint32_t)l.off;
	} else if (l.kind == LOC_PTR) {
		out->kind = VAL_MEM;
		out->reg = l.reg;
		out->off = (uint32_t)l.off;
	} else if (t->kind == TY_STRING) {
		dt_lower_str_at(lw, l.space, dt_loc_addr(lw, &l), out->cap, out);
	} else {
		out->kind = VAL_BLOB;
		out->space = l.space;
		out->reg = dt_loc_addr(lw, &l);
	}
}

/* ------------------------------------------------------------------ storing */

static void store_bits(struct dt_lower *lw, const struct dt_loc *l, ir_reg p, int32_t off, ir_reg v)
{
	struct ir_builder *b = &lw->b;
	uint64_t ones = (l->bit_width >= 64 ? 0 : 1ull << l->bit_width) - 1;
	unsigned size = span_size(l, 0);
	ir_reg word = ir_load(b, size, false, p, off);

	v = ir_op2(b, IR_AND, v, ir_ldi(b, (int64_t)ones));
	v = ir_op2i(b, IR_SHL, v, l->bit_off);
	word = ir_op2(b, IR_AND, word, ir_ldi(b, (int64_t) ~(ones << l->bit_off)));
	ir_store(b, size, p, off, ir_op2(b, IR_OR, word, v));
}

/* To a pointer that the verifier knows. */
static void store_at(struct dt_lower *lw, const struct dt_loc *l, ir_reg p, int64_t off,
		     const struct dt_type *t, const struct dt_val *v)
{
	struct dt_field f = {.off = (uint32_t)off, .size = (uint32_t)t->size};

	if (l->bit_width) {
		store_bits(lw, l, p, (int32_t)off, v->reg);
		return;
	}
	f.kind = t->kind == TY_STRING     ? DT_FLD_STRING
		 : t->kind == TY_STACK    ? (t->userland ? DT_FLD_USTACK : DT_FLD_STACK)
		 : t->kind == TY_SYMADDR  ? DT_FLD_SYM
		 : t->kind == TY_USYMADDR ? DT_FLD_USYM
		 : dt_type_is_scalar(t)   ? DT_FLD_INT
					  : DT_FLD_BYTES;
	if (v->kind == VAL_INT && f.kind != DT_FLD_INT && f.kind != DT_FLD_SYM &&
	    f.kind != DT_FLD_USYM)
		dt_lower_zero(lw, p, f.off,
			      f.size); /* the only number that is a value of any type */
	else
		dt_lower_store_field(lw, &f, v, p);
}

/* Zero integers and empty strings free what they are assigned to. */
static bool may_be_zero(const struct dt_val *v)
{
	return v->kind == VAL_INT || v->kind == VAL_STRID;
}

static void store_dynamic(struct dt_lower *lw, const struct dt_loc *l, const struct dt_type *t,
			  const struct dt_val *v)
{
	struct ir_builder *b = &lw->b;
	struct ir_block *zero = dt_lower_block(lw, "zero"), *set = dt_lower_block(lw, "set"),
			*have = dt_lower_block(lw, "have"), *full = dt_lower_block(lw, "full"),
			*done = dt_lower_block(lw, "stored");
	ir_reg p;

	if (may_be_zero(v) && !l->off_in_elem) {
		ir_bri(b, IR_EQ, v->reg, 0, zero, set);
		ir_at(b, zero);
		if (l->kind == LOC_DYN) {
			IR_CALL(b, HLP_MAP_DELETE, ir_mapfd(b, l->var->map), l->reg);
		} else {
			struct ir_block *clear = dt_lower_block(lw, NULL);

			p = self_struct(lw, false);
			ir_bri(b, IR_EQ, p, 0, done, clear);
			ir_at(b, clear);
			store_at(lw, l, p, l->off, t, v);
		}
		ir_jmp(b, done);
	} else {
		ir_jmp(b, set);
	}
	ir_at(b, set);
	p = dyn_pointer(lw, l, true);
	ir_bri(b, IR_EQ, p, 0, full, have);
	ir_at(b, full);
	dt_lower_drop(lw, DT_DROP_DYNVAR);
	ir_jmp(b, done);
	ir_at(b, have);
	store_at(lw, l, p, l->off, t, v);
	ir_jmp(b, done);
	ir_at(b, done);
}

void dt_loc_store(struct dt_lower *lw, const struct dt_loc *l, const struct dt_type *type,
		  const struct dt_val *v)
{
	const struct dt_type *t = dt_type_base(type);

	switch (l->kind) {
	case LOC_PTR: store_at(lw, l, l->reg, l->off, t, v); break;
	case LOC_SELF:
	case LOC_DYN: store_dynamic(lw, l, t, v); break;
	case LOC_ADDR: /* scratch memory; sema lets nothing else be written */
		if (l->space == SP_SCRATCH)
			store_at(lw, l,
				 dt_lower_scratch(lw, dt_loc_addr(lw, l),
						  l->bit_width ? span_size(l, 0)
							       : (uint32_t)t->size),
				 0, t, v);
		else
			dt_lower_fault(lw, DTRACEFLT_BADADDR, dt_loc_addr(lw, l));
		break;
	}
}

/* ------------------------------------------------------------------ threads that end */

static void forget(struct dt_lower *lw, struct dt_mapdef *m, const bool *used, ir_reg key)
{
	if (m && used[m->number])
		IR_CALL(&lw->b, HLP_MAP_DELETE, ir_mapfd(&lw->b, m), key);
}

static bool by_thread(const struct dt_lower_ctx *cx, const struct dt_mapdef *m, const bool *used)
{
	return m && used[m->number] && m->type == MAP_HASH && (m == cx->m_self || m == cx->m_vtacc);
}

/* Deletes what is kept by the number of the thread that exits. Whether tracing is on or not. */
static void exit_body(struct dt_lower *lw, const void *arg)
{
	const struct dt_lower_ctx *cx = lw->cx;
	struct ir_builder *b = &lw->b;
	ir_reg key = dt_lower_tmp8(lw);
	const bool *used = arg;

	ir_store(b, 8, key, 0, ir_ext(b, ir_call(b, HLP_PID_TGID, 0, NULL), 4, false));
	if (by_thread(cx, cx->m_self, used))
		forget(lw, cx->m_self, used, key);
	forget(lw, cx->m_vtacc, used, key);
	for (uint32_t i = 0; i < cx->sema->vars.n; i++) {
		const struct dt_var *v = cx->sema->vars.v[i];

		if (v->kind == DT_VAR_SELF && !v->keys.n)
			forget(lw, v->map, used, key);
	}
	ir_jmp(b, lw->priv->out);
}

void dt_lower_make_exit(struct dt_lower_ctx *cx, const bool *used)
{
	bool any = by_thread(cx, cx->m_self, used) || by_thread(cx, cx->m_vtacc, used);

	for (uint32_t i = 0; i < cx->sema->vars.n; i++) {
		const struct dt_var *v = cx->sema->vars.v[i];

		any |= v->kind == DT_VAR_SELF && v->map && !v->keys.n && used[v->map->number];
	}
	if (any)
		dt_lower_own_prog(cx, "thread_exit", "sched_process_exit", exit_body, used);
}
