/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of code generation: places in the stack frame for objects and spill slots, then bytes.
 *
 * Frame objects whose uses do not overlap share their place: what is live is taken from the order
 * of instructions, from the first to the last instruction that may touch an object (through its
 * address, wherever that was copied), widened to whole loops. An object whose address is stored
 * anywhere keeps its place for the whole function.
 */
#include <inttypes.h>
#include "bpf/mir.h"
#include "bpf/sys.h"

#define PINNED UINT32_MAX /* in holds[]: may be the address of any pinned object */

struct range {
	uint32_t first, last; /* positions; first > last: never touched */
	bool pinned;
	int32_t place; /* bytes below the frame's top where it starts; -1 not placed */
};

struct frame {
	struct mfunc *m;
	struct range *r;
	uint32_t *holds; /* by register: object + 1 whose address it may hold, PINNED, or 0 */
	uint32_t phys[MR_VREG];
	bool changed;
};

/* ------------------------------------------------------------------ who touches what */

static void pin(struct frame *f, uint32_t obj)
{
	if (obj && obj != PINNED && !f->r[obj - 1].pinned)
		f->r[obj - 1].pinned = f->changed = true;
}

static uint32_t held(const struct frame *f, uint32_t reg)
{
	if (reg == MR_NONE || reg == MR_FP)
		return 0;
	return reg < MR_VREG ? f->phys[reg] : f->holds[reg];
}

/* dst may hold obj's address from now on. */
static void hold(struct frame *f, uint32_t dst, uint32_t obj)
{
	if (dst < MR_VREG) {
		f->phys[dst] = obj;
	} else if (obj && f->holds[dst] != obj) {
		if (f->holds[dst]) { /* one of several */
			pin(f, f->holds[dst]);
			pin(f, obj);
			obj = PINNED;
		}
		if (f->holds[dst] != obj)
			f->holds[dst] = obj, f->changed = true;
	}
}

static void touch(struct frame *f, uint32_t obj, uint32_t pos)
{
	struct range *r;

	if (!obj || obj == PINNED)
		return;
	r = &f->r[obj - 1];
	if (pos < r->first)
		r->first = pos;
	if (pos > r->last)
		r->last = pos;
}

static void follow(struct frame *f, const struct mi *i, uint32_t pos)
{
	uint32_t u[8];
	unsigned n = dt_mi_uses(i, u);

	touch(f, i->frame, pos);
	for (unsigned k = 0; k < n; k++)
		touch(f, held(f, u[k]), pos);
	switch ((enum mk)i->k) {
	case MK_FRAME: hold(f, i->dst, i->frame); break;
	case MK_MOV: hold(f, i->dst, held(f, i->src)); break;
	case MK_ALU:
		if (i->src != MR_NONE && held(f, i->src))
			hold(f, i->dst, held(f, i->src));
		break;
	case MK_STORE:
	case MK_ATOMIC: pin(f, held(f, i->src)); break;
	case MK_CALL: memset(f->phys, 0, 6 * sizeof(f->phys[0])); break;
	case MK_LDI:
	case MK_LD64:
	case MK_LDPC:
	case MK_LOAD:
	case MK_MOVX:
		if (i->dst < MR_VREG)
			f->phys[i->dst] = 0;
		break;
	default: break;
	}
}

/* Ranges grow to whole loops: what is stored before a jump back may be read after it. */
static void widen(struct frame *f, const uint32_t *start, const uint32_t *end)
{
	bool again = true;

	while (again) {
		again = false;
		for (const struct mblock *b = f->m->first; b; b = b->next) {
			const struct mblock *to[2] = {b->last->then, b->last->otherwise};

			for (int s = 0; s < 2; s++) {
				uint32_t lo, hi;

				if (!to[s] || to[s]->number > b->number)
					continue;
				lo = start[to[s]->number];
				hi = end[b->number];
				for (uint32_t k = 0; k < f->m->frame.n; k++) {
					struct range *r = &f->r[k];

					if (r->first > r->last || r->first > hi || r->last < lo ||
					    (r->first <= lo && r->last >= hi))
						continue;
					r->first = r->first < lo ? r->first : lo;
					r->last = r->last > hi ? r->last : hi;
					again = true;
				}
			}
		}
	}
}

static uint32_t find_ranges(struct frame *f)
{
	uint32_t *start = DT_NEW_N(f->m->tmp, uint32_t, f->m->nblocks);
	uint32_t *end = DT_NEW_N(f->m->tmp, uint32_t, f->m->nblocks), pos;

	do {
		f->changed = false;
		pos = 0;
		for (struct mblock *b = f->m->first; b; b = b->next) {
			memset(f->phys, 0, sizeof(f->phys));
			start[b->number] = pos;
			for (struct mi *i = b->first; i; i = i->next)
				follow(f, i, pos++);
			end[b->number] = pos - 1;
		}
	} while (f->changed);
	for (uint32_t k = 0; k < f->m->frame.n; k++)
		if (f->r[k].pinned)
			f->r[k].first = 0, f->r[k].last = pos;
	widen(f, start, end);
	return pos;
}

/* ------------------------------------------------------------------ places */

static bool overlap(const struct range *a, const struct range *b)
{
	return a->first <= b->last && b->first <= a->last;
}

static uint32_t size_of(const struct mfunc *m, uint32_t k)
{
	return (m->frame.v[k].size + 7) & ~7u;
}

/* The lowest place where no object that is live at the same time lies. */
static void place(struct frame *f, uint32_t k)
{
	int64_t at = 0;
	bool moved = true;

	while (moved) {
		moved = false;
		for (uint32_t o = 0; o < f->m->frame.n; o++) {
			const struct range *r = &f->r[o];

			if (r->place < 0 || !overlap(r, &f->r[k]))
				continue;
			if (at < (int64_t)r->place + size_of(f->m, o) &&
			    r->place < at + (int64_t)size_of(f->m, k)) {
				at = (int64_t)r->place + size_of(f->m, o);
				moved = true;
			}
		}
	}
	f->r[k].place = (int32_t)at;
	if (at + size_of(f->m, k) > f->m->stack)
		f->m->stack = (uint32_t)at + size_of(f->m, k);
	f->m->frame.v[k].off = -(int32_t)(at + size_of(f->m, k));
}

/* The instruction where most bytes are live at once, and how many. */
static void worst(struct frame *f, uint32_t npos, struct dt_span *where, uint32_t *need)
{
	uint32_t *bytes = DT_NEW_N(f->m->tmp, uint32_t, npos + 2), sum = 0, pos = 0, best = 0;

	for (uint32_t k = 0; k < f->m->frame.n; k++) {
		if (f->r[k].first > f->r[k].last)
			continue;
		bytes[f->r[k].first] += size_of(f->m, k);
		bytes[f->r[k].last + 1] -= size_of(f->m, k);
	}
	*need = f->m->stack;
	for (struct mblock *b = f->m->first; b; b = b->next)
		for (struct mi *i = b->first; i; i = i->next) {
			sum += bytes[pos++];
			if (sum > best && i->span.src) {
				best = sum;
				*where = i->span;
			}
		}
}

bool dt_frame_layout(struct mfunc *m, struct dt_span *where, uint32_t *need)
{
	struct frame f = {.m = m};
	uint32_t npos;

	f.r = DT_NEW_N(m->tmp, struct range, m->frame.n + 1);
	f.holds = DT_NEW_N(m->tmp, uint32_t, m->nregs);
	for (uint32_t k = 0; k < m->frame.n; k++)
		f.r[k] = (struct range){.first = UINT32_MAX, .place = -1};
	npos = find_ranges(&f);
	for (uint32_t k = 0; k < m->frame.n; k++) {
		if (f.r[k].first <= f.r[k].last) {
			if (size_of(m, k) > DT_BPF_STACK) {
				m->stack = size_of(m, k);
				break;
			}
			place(&f, k);
		}
	}
	if (m->stack <= DT_BPF_STACK)
		return true;
	worst(&f, npos, where, need);
	return false;
}

/* ------------------------------------------------------------------ bytes */

/* Where "r0 = imm; exit" stands already. */
struct tail {
	int64_t imm;
	uint32_t start;
};

struct emit {
	struct mfunc *m;
	struct dt_code *code;
	struct dt_arena *arena; /* the module's: code lives on */
	struct dt_span span;
	bool too_far;
	DT_VEC(uint32_t) fix_insn; /* jumps to resolve: instruction and target block */
	DT_VEC(struct mblock *) fix_to;
	DT_VEC(struct tail) tails;
};

static uint8_t reg(const struct emit *e, uint32_t v)
{
	return v == MR_NONE ? 0 : e->m->color[v];
}

static void insn(struct emit *e, uint8_t op, uint8_t dst, uint8_t src, int32_t off, int32_t imm)
{
	struct dt_insn i = {
		.code = op, .dst = dst & 15, .src = src & 15, .off = (int16_t)off, .imm = imm};

	if (off != (int16_t)off)
		e->too_far = true;
	dt_vec_push(e->arena, &e->code->insns, i);
}

static void reloc(struct emit *e, struct dt_reloc r)
{
	r.insn = e->code->insns.n;
	dt_vec_push(e->arena, &e->code->relocs, r);
}

static void line(struct emit *e, const struct mi *i)
{
	struct dt_lineinfo l = {.insn = e->code->insns.n, .span = i->span};

	if (!i->span.src)
		return;
	if (e->code->lines.n && !memcmp(&e->span, &i->span, sizeof(e->span)))
		return;
	e->span = i->span;
	dt_vec_push(e->arena, &e->code->lines, l);
}

static void jump_to(struct emit *e, struct mblock *to)
{
	dt_vec_push(e->m->tmp, &e->fix_insn, e->code->insns.n - 1);
	dt_vec_push(e->m->tmp, &e->fix_to, to);
}

static void emit_ldi(struct emit *e, const struct mi *i)
{
	uint8_t d = reg(e, i->dst);

	if (i->imm == (int32_t)i->imm) {
		insn(e, BPF_C_ALU64 | BPF_A_MOV | BPF_SRC_K, d, 0, 0, (int32_t)i->imm);
	} else if (i->imm == (int64_t)(uint32_t)i->imm) {
		insn(e, BPF_C_ALU | BPF_A_MOV | BPF_SRC_K, d, 0, 0, (int32_t)i->imm);
	} else {
		insn(e, BPF_OP_LDIMM64, d, 0, 0, (int32_t)i->imm);
		insn(e, 0, 0, 0, 0, (int32_t)((uint64_t)i->imm >> 32));
	}
}

static void emit_ld64(struct emit *e, const struct mi *i)
{
	struct dt_reloc r = {.map = i->map, .name = i->name, .addend = i->off};

	r.kind = !i->map ? DT_REL_CONST : i->code == BPF_PS_MAP_FD ? DT_REL_MAPFD : DT_REL_MAPVAL;
	reloc(e, r);
	insn(e, BPF_OP_LDIMM64, reg(e, i->dst), i->map ? i->code : 0, 0, 0);
	insn(e, 0, 0, 0, 0, 0);
}

static void emit_call(struct emit *e, const struct mi *i)
{
	struct dt_reloc r = {
		.kind = DT_REL_CALL, .name = i->name, .callee = i->callee, .addend = i->nargs};

	if (i->name || i->callee) {
		reloc(e, r);
		insn(e, BPF_OP_CALL, 0, BPF_PS_CALL, 0, 0);
	} else {
		insn(e, BPF_OP_CALL, 0, 0, 0, (int32_t)i->imm);
	}
}

static void emit_cond(struct emit *e, const struct mi *i, uint8_t cond, uint32_t x, uint32_t y,
		      int16_t off)
{
	insn(e, BPF_C_JMP | cond | (i->has_imm ? BPF_SRC_K : BPF_SRC_X), reg(e, x),
	     i->has_imm ? 0 : reg(e, y), off, i->has_imm ? (int32_t)i->imm : 0);
}

static void emit_br(struct emit *e, const struct mi *i, const struct mblock *next)
{
	if (i->then == next && i->ncode) {
		emit_cond(e, i, i->ncode, i->dst, i->src, 0);
		jump_to(e, i->otherwise);
		return;
	}
	emit_cond(e, i, i->cond, i->dst, i->src, 0);
	jump_to(e, i->then);
	if (i->otherwise != next) {
		insn(e, BPF_OP_JA, 0, 0, 0, 0);
		jump_to(e, i->otherwise);
	}
}

static void emit_inst(struct emit *e, const struct mi *i, const struct mblock *next)
{
	int32_t off = i->off + (i->frame ? e->m->frame.v[i->frame - 1].off : 0);
	uint8_t d = reg(e, i->dst), s = reg(e, i->src);

	if ((i->k == MK_MOV && d == s) || (i->k == MK_JA && i->then == next))
		return;
	line(e, i);
	switch ((enum mk)i->k) {
	case MK_ALU: insn(e, i->code, d, s, i->off, (int32_t)i->imm); break;
	case MK_MOV: insn(e, BPF_C_ALU64 | BPF_A_MOV | BPF_SRC_X, d, s, 0, 0); break;
	case MK_MOVX: insn(e, i->code, d, s, i->off, 0); break;
	case MK_LDI: emit_ldi(e, i); break;
	case MK_LD64: emit_ld64(e, i); break;
	case MK_LDPC:
		reloc(e, (struct dt_reloc){.kind = DT_REL_PC});
		insn(e, BPF_C_ALU64 | BPF_A_MOV | BPF_SRC_K, d, 0, 0, 0);
		break;
	case MK_FRAME:
		insn(e, BPF_C_ALU64 | BPF_A_MOV | BPF_SRC_X, d, MR_FP, 0, 0);
		insn(e, BPF_C_ALU64 | BPF_A_ADD | BPF_SRC_K, d, 0, 0, off);
		break;
	case MK_LOAD:
	case MK_STORE: insn(e, i->code, d, s, off, (int32_t)i->imm); break;
	case MK_ATOMIC: insn(e, i->code, d, s, off, (int32_t)i->imm); break;
	case MK_CLEARIF:
		emit_cond(e, i, i->cond, i->src, i->src2, 1);
		insn(e, BPF_C_ALU64 | BPF_A_MOV | BPF_SRC_K, d, 0, 0, 0);
		break;
	case MK_CALL: emit_call(e, i); break;
	case MK_BR: emit_br(e, i, next); break;
	case MK_JA:
		insn(e, BPF_OP_JA, 0, 0, 0, 0);
		jump_to(e, i->then);
		break;
	case MK_EXIT: insn(e, BPF_OP_EXIT, 0, 0, 0, 0); break;
	}
}

static bool is_tail(const struct mi *i)
{
	return i->k == MK_LDI && i->dst == 0 && i->next && i->next->k == MK_EXIT;
}

/* A block that only returns a constant, and is only jumped to, need not be there twice. */
static bool shares_tail(struct emit *e, struct mblock *b, const struct mblock *prev)
{
	if (!is_tail(b->first) || !prev || prev->last->then == b || prev->last->otherwise == b)
		return false;
	for (uint32_t k = 0; k < e->tails.n; k++)
		if (e->tails.v[k].imm == b->first->imm) {
			b->start = e->tails.v[k].start;
			return true;
		}
	return false;
}

struct dt_code *dt_emit(struct mfunc *m)
{
	struct emit e = {.m = m, .arena = m->f->mod->arena};
	const struct mblock *prev = NULL;

	e.code = DT_NEW(e.arena, struct dt_code);
	e.code->name = m->f->name;
	e.code->nparams = m->f->nparams;
	e.code->stack = m->stack;
	for (struct mblock *b = m->first; b; prev = b, b = b->next) {
		b->start = e.code->insns.n;
		if (shares_tail(&e, b, prev))
			continue;
		for (struct mi *i = b->first; i; i = i->next) {
			if (is_tail(i)) {
				struct tail t = {i->imm, e.code->insns.n};

				dt_vec_push(m->tmp, &e.tails, t);
			}
			emit_inst(&e, i, b->next);
		}
	}
	for (uint32_t k = 0; k < e.fix_insn.n; k++) {
		uint32_t at = e.fix_insn.v[k];
		int64_t d = (int64_t)e.fix_to.v[k]->start - at - 1;

		if (d != (int16_t)d)
			e.too_far = true;
		e.code->insns.v[at].off = (int16_t)d;
	}
	return e.too_far ? NULL : e.code;
}

/* ------------------------------------------------------------------ the listing of -xdump=alloc */

static void print_reg(const struct mfunc *m, uint32_t v, FILE *out)
{
	if (v == MR_NONE)
		fputs("-", out);
	else if (v < MR_VREG)
		fprintf(out, "r%u", v);
	else
		fprintf(out, "r%u(%%%u)", m->color[v], v - MR_VREG + 1);
}

void dt_mi_print(const struct mfunc *m, FILE *out)
{
	static const char *const text[] = {"alu",     "mov",   "movx", "ldi",   "ld64",
					   "ldpc",    "frame", "load", "store", "atomic",
					   "clearif", "call",  "br",   "ja",    "exit"};

	fprintf(out, "func %s: %u bytes of stack\n", m->f->name, m->stack);
	for (uint32_t k = 0; k < m->frame.n; k++)
		fprintf(out, "frame %u: %u bytes at r10 %d %s\n", k, m->frame.v[k].size,
			m->frame.v[k].off, m->frame.v[k].name ? m->frame.v[k].name : "");
	for (const struct mblock *b = m->first; b; b = b->next) {
		fprintf(out, "%u:\n", b->number);
		for (const struct mi *i = b->first; i; i = i->next) {
			fprintf(out, "\t%-8s", text[i->k]);
			print_reg(m, i->dst, out);
			fputs(", ", out);
			print_reg(m, i->src, out);
			if (i->frame)
				fprintf(out, " frame %u", i->frame - 1);
			if (i->map || i->name || i->callee)
				fprintf(out, " %s",
					i->map    ? i->map->name
					: i->name ? i->name
						  : i->callee->name);
			if (i->off)
				fprintf(out, " off %d", i->off);
			if (i->has_imm || i->k == MK_LDI || i->k == MK_CALL)
				fprintf(out, " imm %" PRId64, i->imm);
			if (i->then)
				fprintf(out, " -> %u", i->then->number);
			if (i->otherwise)
				fprintf(out, " else %u", i->otherwise->number);
			fputc('\n', out);
		}
	}
}
