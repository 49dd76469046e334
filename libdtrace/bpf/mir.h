/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Machine instructions with registers still to be chosen: what select makes of IR, regalloc colours
 * and spills, and emit writes out. Internal to bpf/ (dt_codegen is the way in).
 *
 * A register is a number: 0..10 are the machine's r0..r10, from MR_VREG on they are virtual.
 * Two-operand instructions read and write `dst`. Calls read r1..rN and destroy r0..r5.
 * Owned by the code generator's own arena, which is freed when the function's code is done.
 */
#ifndef DT_BPF_MIR_H
#define DT_BPF_MIR_H

#include "bpf/features.h"
#include "bpf/link.h"

enum mk {
	MK_ALU,     /* dst = dst op (src | imm); code is the whole opcode */
	MK_MOV,     /* dst = src, 64 bits: what coalescing removes */
	MK_MOVX,    /* dst = part of src: 32-bit move, or move with sign extension (off) */
	MK_LDI,     /* dst = imm */
	MK_LD64,    /* dst = map, map value + off or link constant: relocated */
	MK_LDPC,    /* dst = number of this instruction: relocated */
	MK_FRAME,   /* dst = address of frame object `frame` + off */
	MK_LOAD,    /* dst = *(src + off), or of frame object + off */
	MK_STORE,   /* *(dst + off) = src | imm, or to frame object + off */
	MK_ATOMIC,  /* imm says which; addr in dst, operand src; XCHG writes src, CMPXCHG r0 */
	MK_CLEARIF, /* if !(src cond src2 | imm) dst = 0: two instructions */
	MK_CALL,
	MK_BR,
	MK_JA,
	MK_EXIT
};

#define MR_FP   10
#define MR_VREG 11
#define MR_NONE UINT32_MAX
#define MR_K    10 /* r0..r9 can be given out */

struct mi {
	struct mi *next, *prev;
	uint8_t k;     /* enum mk */
	uint8_t code;  /* opcode byte */
	uint8_t nargs; /* CALL */
	uint8_t cond;  /* BR, CLEARIF: opcode's operation bits */
	bool has_imm;
	uint8_t ncode;           /* BR: the opposite condition, or 0 */
	uint32_t dst, src, src2; /* MR_NONE where there is none */
	int32_t off;
	uint32_t frame; /* frame object number + 1; 0 = none: address is a register */
	int64_t imm;
	struct dt_mapdef *map; /* LD64 */
	const char *name;      /* LD64: constant; CALL: bpf-runtime function */
	struct ir_func *callee;
	struct mblock *then, *otherwise;
	struct dt_span span;
};

struct mblock {
	struct mblock *next;
	struct mi *first, *last;
	uint32_t number;
	uint32_t start; /* emit: first instruction slot */
	uint32_t npreds;
	uint64_t *in; /* liveness: registers live on entry (by dense number) */
	uint64_t *use, *def;
};

struct mfunc {
	struct ir_func *f;
	const struct dt_features *feat;
	struct dt_arena *tmp;
	struct mblock *first, *last;
	uint32_t nblocks;
	uint32_t nregs;                   /* next free register number */
	DT_VEC(struct ir_frameobj) frame; /* the function's objects, then spill slots */
	uint8_t *color;                   /* by register, set by regalloc */
	uint8_t *tiny;                    /* made by spilling: never spilled again */
	uint32_t stack;                   /* bytes used, set by dt_frame_layout */
};

/* IR to machine instructions. */
void dt_select(struct mfunc *m);
/* Colours every register; false if it cannot (never, but for a fault of ours). */
bool dt_regalloc(struct mfunc *m);
/* Gives every frame object and spill slot its place; those whose uses do not overlap share one.
 * False when 512 bytes are exceeded: *where is the D that needs most. */
bool dt_frame_layout(struct mfunc *m, struct dt_span *where, uint32_t *need);
/* To instructions with relocations. NULL if a jump is too far. */
struct dt_code *dt_emit(struct mfunc *m);

struct mi *dt_mi_new(struct mfunc *m, enum mk k, struct dt_span span);
void dt_mi_insert(struct mblock *b, struct mi *before, struct mi *i); /* before NULL: at the end */
void dt_mi_remove(struct mblock *b, struct mi *i);
/* Registers read and written (r10 left out); returns how many. Room for 8. */
unsigned dt_mi_uses(const struct mi *i, uint32_t *out);
unsigned dt_mi_defs(const struct mi *i, uint32_t *out);
void dt_mi_print(const struct mfunc *m, FILE *out);

#endif
