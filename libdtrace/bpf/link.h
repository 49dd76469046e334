/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From IR functions to a program the kernel can load.
 *
 * dt_codegen: select, allocate, emit, resolve: one IR function to instructions.
 * dt_link: one entry function with the subprograms and bpf-runtime functions it calls (directly or
 * not) joined into an image; maps and constants are left as relocations until loading.
 */
#ifndef DT_BPF_LINK_H
#define DT_BPF_LINK_H

#include "ir/ir.h"

struct dt_insn { /* the kernel's struct bpf_insn */
	uint8_t code;
	uint8_t dst : 4, src : 4;
	int16_t off;
	int32_t imm;
};

enum dt_reloc_kind { DT_REL_MAPFD, DT_REL_MAPVAL, DT_REL_CONST, DT_REL_CALL, DT_REL_PC };
struct dt_reloc {
	uint32_t insn;
	enum dt_reloc_kind kind;
	struct dt_mapdef *map;
	const char *name;	/* CONST; CALL to bpf-runtime */
	struct ir_func *callee;	/* CALL to a subprogram */
	int64_t addend;
};

struct dt_lineinfo {
	uint32_t insn;
	struct dt_span span;
};

/* One function's code, in the module's arena. */
struct dt_code {
	const char *name;
	bool is_global;		/* verified on its own: bpf-runtime */
	uint32_t nparams;
	uint32_t stack;		/* bytes of frame used */
	DT_VEC(struct dt_insn) insns;
	DT_VEC(struct dt_reloc) relocs;
	DT_VEC(struct dt_lineinfo) lines;
};

struct dt_subprog {
	uint32_t insn;	/* first instruction */
	const char *name;
	bool is_global;
	uint32_t nparams;
};

struct dt_image {
	DT_VEC(struct dt_insn) insns;
	DT_VEC(struct dt_reloc) relocs;	/* MAPFD, MAPVAL only: the rest is resolved */
	DT_VEC(struct dt_lineinfo) lines;
	DT_VEC(struct dt_subprog) subprogs; /* [0] is the entry */
};

struct dt_features;
/* dump: if not NULL, writes the IR with allocated registers (-xdump=alloc). Never fails but for stack
 * overflow: then NULL, with a diagnostic at the D that needs most. */
struct dt_code *dt_codegen(struct ir_func *f, const struct dt_features *feat, FILE *dump);
/* Links fn (an entry). NULL after a diagnostic. */
struct dt_image *dt_link(struct ir_func *fn, const struct dt_features *feat);

/* Listing with D lines interleaved: -S, -xdump=bpf, .bpf expectations. */
void dt_disasm(const struct ir_func *fn, const struct dt_image *img, FILE *out);

/* The embedded bpf-runtime: a relocatable BPF ELF (made at build time). */
extern const unsigned char dt_runtime_elf[];
extern const unsigned int dt_runtime_elf_len;

#endif
