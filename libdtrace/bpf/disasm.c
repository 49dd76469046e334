/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The listing of a linked program: one instruction a line as C-like assignments, jumps with the
 * number of the instruction they go to, and the D line before the instructions made from it.
 */
#include <inttypes.h>
#include "bpf/link.h"
#include "bpf/sys.h"

static const char *const size_text[] = {"u32", "u16", "u8", "u64"};
static const char *const sx_text[] = {"s32", "s16", "s8", "s64"};
static const char *const alu_text[] = {
	"+=", "-=", "*=", "/=", "|=", "&=", "<<=", ">>=", "neg", "%=", "^=", "=", "s>>=", "end"};
static const char *const jmp_text[] = {"",     "==",   ">", ">=", "&",  "!=",  "s>", "s>=",
				       "call", "exit", "<", "<=", "s<", "s<=", "?",  "?"};

static const struct dt_reloc *reloc_at(const struct dt_image *img, uint32_t insn)
{
	for (uint32_t k = 0; k < img->relocs.n; k++)
		if (img->relocs.v[k].insn == insn)
			return &img->relocs.v[k];
	return NULL;
}

static void ld64(const struct dt_image *img, uint32_t at, FILE *out)
{
	const struct dt_insn *i = &img->insns.v[at];
	const struct dt_reloc *r = reloc_at(img, at);
	uint64_t v = (uint32_t)i->imm;

	if (at + 1 < img->insns.n)
		v |= (uint64_t)(uint32_t)i[1].imm << 32;
	if (!r)
		fprintf(out, "r%u = 0x%" PRIx64 " ll", i->dst, v);
	else if (r->kind == DT_REL_MAPFD)
		fprintf(out, "r%u = map %s", i->dst, r->map->name);
	else
		fprintf(out, "r%u = &%s[0] + %lld", i->dst, r->map->name, (long long)r->addend);
}

static void alu(const struct dt_insn *i, FILE *out)
{
	char w = (i->code & 7) == BPF_C_ALU ? 'w' : 'r';
	unsigned op = (i->code & 0xf0) >> 4;

	if ((i->code & 0xf0) == BPF_A_NEG)
		fprintf(out, "%c%u = -%c%u", w, i->dst, w, i->dst);
	else if ((i->code & 0xf0) == BPF_A_END)
		fprintf(out, "r%u = %s%d r%u", i->dst, i->code & BPF_SRC_X ? "be" : "le", i->imm,
			i->dst);
	else if (i->code & BPF_SRC_X && i->off > 1)
		fprintf(out, "%c%u = (s%d) %c%u", w, i->dst, i->off, w, i->src);
	else if (i->code & BPF_SRC_X)
		fprintf(out, "%c%u %s%s %c%u", w, i->dst, i->off == 1 ? "s" : "",
			op < 14 ? alu_text[op] : "?", w, i->src);
	else
		fprintf(out, "%c%u %s%s %d", w, i->dst, i->off == 1 ? "s" : "",
			op < 14 ? alu_text[op] : "?", i->imm);
}

static void atomic(const struct dt_insn *i, FILE *out)
{
	const char *t = size_text[(i->code & 0x18) >> 3];

	if (i->imm == BPF_AT_CMPXCHG)
		fprintf(out, "r0 = cmpxchg *(%s *)(r%u %+d), r0, r%u", t, i->dst, i->off, i->src);
	else if (i->imm == BPF_AT_XCHG)
		fprintf(out, "r%u = xchg *(%s *)(r%u %+d), r%u", i->src, t, i->dst, i->off, i->src);
	else
		fprintf(out, "lock *(%s *)(r%u %+d) %s r%u", t, i->dst, i->off,
			i->imm == BPF_AT_ADD ? "+=" : "?=", i->src);
}

static void jmp(const struct dt_image *img, uint32_t at, FILE *out)
{
	const struct dt_insn *i = &img->insns.v[at];
	unsigned op = i->code & 0xf0;
	const char *w = (i->code & 7) == BPF_C_JMP32 ? "w" : "r";

	if (op == BPF_J_EXIT) {
		fputs("exit", out);
	} else if (op == BPF_J_CALL && i->src == BPF_PS_CALL) {
		int64_t to = (int64_t)at + 1 + i->imm;
		const char *name = "?";

		for (uint32_t k = 0; k < img->subprogs.n; k++)
			if (img->subprogs.v[k].insn == to)
				name = img->subprogs.v[k].name;
		fprintf(out, "call %s", name);
	} else if (op == BPF_J_CALL) {
		fprintf(out, "call helper#%d", i->imm);
	} else if (op == BPF_J_JA) {
		fprintf(out, "goto %lld", (long long)at + 1 + i->off);
	} else if (i->code & BPF_SRC_X) {
		fprintf(out, "if %s%u %s %s%u goto %lld", w, i->dst, jmp_text[op >> 4], w, i->src,
			(long long)at + 1 + i->off);
	} else {
		fprintf(out, "if %s%u %s %d goto %lld", w, i->dst, jmp_text[op >> 4], i->imm,
			(long long)at + 1 + i->off);
	}
}

static void one(const struct dt_image *img, uint32_t at, FILE *out)
{
	const struct dt_insn *i = &img->insns.v[at];
	const char *t = size_text[(i->code & 0x18) >> 3];

	switch (i->code & 7) {
	case BPF_C_LD: ld64(img, at, out); break;
	case BPF_C_LDX:
		if ((i->code & 0xe0) == BPF_M_MEMSX)
			t = sx_text[(i->code & 0x18) >> 3];
		fprintf(out, "r%u = *(%s *)(r%u %+d)", i->dst, t, i->src, i->off);
		break;
	case BPF_C_ST: fprintf(out, "*(%s *)(r%u %+d) = %d", t, i->dst, i->off, i->imm); break;
	case BPF_C_STX:
		if ((i->code & 0xe0) == BPF_M_ATOMIC)
			atomic(i, out);
		else
			fprintf(out, "*(%s *)(r%u %+d) = r%u", t, i->dst, i->off, i->src);
		break;
	case BPF_C_ALU:
	case BPF_C_ALU64: alu(i, out); break;
	default: jmp(img, at, out);
	}
}

void dt_disasm(const struct ir_func *fn, const struct dt_image *img, FILE *out)
{
	const struct dt_diags *d = fn->mod->diags;
	const char *shown = NULL;
	uint32_t f = 0, l = 0, len;

	for (uint32_t at = 0; at < img->insns.n; at++) {
		if (f < img->subprogs.n && img->subprogs.v[f].insn == at) {
			fprintf(out, "%s%s:\n", f ? "\n" : "", img->subprogs.v[f].name);
			shown = NULL;
			f++;
		}
		for (; l < img->lines.n && img->lines.v[l].insn <= at; l++) {
			struct dt_span s = img->lines.v[l].span;
			const char *here = d && s.src ? dt_span_line(d, s, &len) : NULL;

			if (here && here != shown)
				ir_print_source(d, s, "\t", out);
			shown = here;
		}
		fprintf(out, "%5u: ", at);
		one(img, at, out);
		fputc('\n', out);
		if (img->insns.v[at].code == BPF_OP_LDIMM64)
			at++;
	}
}
