/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The intermediate representation: what lies between D and BPF.
 *
 * A module is what is loaded together: programs (entry functions) and subprograms, and the maps they
 * use. A function is basic blocks of three-address instructions over virtual registers. Virtual
 * registers are 64 bits wide, mutable (this is not SSA) and unlimited: the allocator spills.
 * A register holds a scalar or a pointer the verifier knows (context, map value, frame, ring buffer
 * memory); pointers are only moved, offset by ADD/SUB, compared with 0, stored through and passed.
 *
 * Values narrower than 64 bits are kept extended by their type's sign: EXT makes them so.
 *
 * Owned by an arena; the module's functions, blocks and instructions are never freed singly.
 */
#ifndef DT_IR_IR_H
#define DT_IR_IR_H

#include <stdio.h>
#include "base/arena.h"
#include "base/diag.h"
#include "base/list.h"
#include "base/vec.h"
#include "probe/provider.h"

typedef uint32_t ir_reg; /* virtual register, from 1; 0 = none */

enum ir_op {
#define IR_OP(name, text, flags) name,
#include "ir/ops.def"
#undef IR_OP
	IR_OP_COUNT
};

enum ir_cond { IR_EQ, IR_NE, IR_LT, IR_LE, IR_GT, IR_GE, IR_SLT, IR_SLE, IR_SGT, IR_SGE, IR_SET /* a & b */ };

/* ------------------------------------------------------------------ maps */

/* Map types and flags have the kernel's numbers (bpf/sys.h). */
struct dt_mapdef {
	const char *name;	/* at most 15 bytes reach the kernel */
	uint32_t type, key_size, value_size, max_entries, flags;
	struct dt_mapdef *inner; /* array of maps: template of the inner map. Programs may use one of */
	uint32_t inner_elem;	/* the inner maps directly: where the template is in the module's list, */
				/* before its array, it is a map, and the array's element inner_elem */
	bool ncpu_entries;	/* max_entries counts per CPU: multiplied by the number of possible CPUs */
	bool ncpu_value;	/* value_size is per CPU: multiplied likewise (one element, direct access) */
	bool frozen;		/* read-only to programs, frozen once filled */
	bool mmapped;		/* the consumer maps it: loader maps value into `mem` */
	const void *init;	/* initial contents of element 0 (value_size bytes), or NULL */
	uint32_t number;	/* index in module->maps */
	/* what BTF says of key and value, for bpftool: one line of C-like fields; may be NULL */
	const char *btf_key, *btf_value;
	uint32_t btf_elem;	/* the value is an array of what btf_value says, of so many bytes each */
	/* ---- loader ---- */
	int fd;			/* -1 until created */
	void *mem;		/* mmapped */
	size_t mem_size;
	int *inner_fds;		/* array of maps with `inner`: the inner map of each element */
	uint32_t ninner;
};

/* ------------------------------------------------------------------ code */

struct ir_block;

struct ir_inst {
	struct ir_inst *next, *prev;
	uint8_t op;		/* enum ir_op */
	uint8_t size;		/* LOAD STORE ATOMIC EXT: 1 2 4 8 */
	uint8_t cond;		/* BR: enum ir_cond */
	bool is_signed;		/* LOAD, EXT */
	bool has_imm;		/* the second operand is `imm`, not `b` */
	uint8_t nargs;		/* CALL */
	ir_reg dst, a, b, c;
	int32_t off;		/* LOAD STORE ATOMIC: offset; MAPVAL: offset in the value */
	int64_t imm;		/* LDI, second operand, STORE's value if has_imm; helper number */
	ir_reg args[5];		/* CALL */
	struct dt_mapdef *map;	/* MAPFD, MAPVAL */
	struct ir_func *callee; /* CALL_FN */
	const char *rt;		/* CALL_RT: name of the bpf-runtime function; LDCONST: link constant */
	struct ir_block *then, *otherwise; /* BR, JMP (then) */
	uint32_t frame;		/* FRAME: stack object number */
	struct dt_span span;	/* the D it was made from */
};

struct ir_block {
	struct ir_func *fn;
	uint32_t number;
	const char *label;	/* for printing; may be NULL */
	struct ir_inst *first, *last; /* last is JMP, BR, RET once finished */
	struct ir_block *next;	/* layout order */
};

struct ir_frameobj {
	uint32_t size, align;	/* bytes */
	const char *name;
	int32_t off;		/* from the frame pointer, set by the allocator (negative) */
};

struct ir_func {
	struct ir_module *mod;
	const char *name;	/* "syscall_read_entry", for the kernel's prog name and BTF */
	bool is_entry;		/* a program; otherwise a static subprogram */
	uint32_t nparams;	/* entry: 1 (ctx); PARAM k reads them */
	uint32_t nregs;		/* ir_reg 1..nregs are in use */
	struct ir_block *first, *last;
	DT_VEC(struct ir_frameobj) frame;
	struct ir_func *next;
	/* entry functions: how the loader has to treat it */
	uint32_t prog_type, expected_attach_type; /* kernel numbers */
	struct dt_attach *attach; /* what runs it; NULL for subprograms */
	DT_VEC(struct dt_probe *) probes;	 /* the probes it serves, by cookie if it has cookies */
	DT_VEC(const struct dt_attach *) hooks;	 /* where each hangs, or all do; none: `attach` says it */
	bool asks_cookie;	/* DT_INDEX_COOKIE: which of the probes fired makes a difference */
	struct dt_mapdef *stub_index; /* DT_INDEX_STUB: where stubs leave the position; NULL: not asked for */
	struct dt_image *image; /* bpf/link.h, when linked */
	int fd;			/* -1 until loaded */
};

struct ir_module {
	struct dt_arena *arena;
	struct dt_diags *diags; /* spans refer to its sources */
	struct ir_func *first, *last;
	DT_VEC(struct dt_mapdef *) maps;
	/* Link-time constants: LDCONST and bpf-runtime's DT_CONST() read them. */
	struct dt_map *consts;	/* by name: ir_const_set, ir_const_get */
};

#define IR_EACH_BLOCK(fn, b) for (struct ir_block *b = (fn)->first; b; b = b->next)
#define IR_EACH_INST(b, i) for (struct ir_inst *i = (b)->first; i; i = i->next)

/* ------------------------------------------------------------------ what instructions mean */

bool ir_is_term(enum ir_op op);
bool ir_op_has(unsigned op, char flag); /* flags of ops.def */
const char *ir_op_text(unsigned op);
bool ir_is_op2(enum ir_op op); /* ADD .. SAR: dst = a op (b | imm) */
bool ir_is_commutative(enum ir_op op);
enum ir_cond ir_cond_swap(enum ir_cond c);			 /* x c y == y swap(c) x */
bool ir_cond_invert(enum ir_cond c, enum ir_cond *out);	 /* false: IR_SET has no opposite */
/* The operation on constants: one definition for the builder, the optimiser and the tests. */
bool ir_eval2(enum ir_op op, uint64_t x, uint64_t y, uint64_t *out); /* false: not ADD .. SAR */
uint64_t ir_eval_ext(uint64_t x, unsigned size, bool is_signed);
uint64_t ir_eval_bswap(uint64_t x, unsigned size);
bool ir_eval_cond(enum ir_cond c, uint64_t x, uint64_t y);
/* Places of the registers an instruction reads; returns how many. */
unsigned ir_uses(struct ir_inst *i, ir_reg *out[8]);
/* The most that i's result can be, unsigned. def: by register, the only instruction that sets it, or
 * NULL. */
uint64_t ir_umax(struct ir_inst *const *def, const struct ir_inst *i);
/* A link-time constant; false if it is not set. */
bool ir_const_get(const struct ir_module *m, const char *name, uint64_t *value);
extern const char *const ir_cond_text[];

/* ------------------------------------------------------------------ passes */

void ir_print_func(const struct ir_func *f, FILE *out); /* one instruction a line, D interleaved */
void ir_print_inst(const struct ir_inst *i, const struct ir_func *f, FILE *out);
/* "; x.d:3: the line", or nothing if the span is nowhere. */
void ir_print_source(const struct dt_diags *d, struct dt_span at, const char *indent, FILE *out);
void ir_print_module(const struct ir_module *m, FILE *out);

/* Well-formed? Blocks end in one terminator, operands exist and are defined on every path before
 * use, calls have their arguments, sizes are right. False with a text (in the arena) if not. */
bool ir_verify(const struct ir_func *f, const char **why);

/* Constant folding, copy propagation, dead code and unreachable block removal, jump threading.
 * Never changes what is stored or called, nor in what order. */
void ir_optimise(struct ir_func *f);

#endif
