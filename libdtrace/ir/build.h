/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Building IR: a cursor that appends to a block. Every function returns the new register.
 * Constants are folded where both operands are known by construction; nothing else is clever.
 */
#ifndef DT_IR_BUILD_H
#define DT_IR_BUILD_H

#include "ir/ir.h"

struct ir_builder {
	struct ir_func *fn;
	struct ir_block *block;	/* where instructions go; NULL = unreachable: they are dropped */
	struct dt_span span;	/* given to new instructions */
};

struct ir_module *ir_module_new(struct dt_arena *a, struct dt_diags *d);
struct ir_func *ir_func_new(struct ir_module *m, const char *name, bool is_entry, uint32_t nparams);
struct dt_mapdef *ir_map_new(struct ir_module *m, const char *name, uint32_t type, uint32_t key_size,
			     uint32_t value_size, uint32_t max_entries, uint32_t flags);
struct dt_mapdef *ir_map_find(struct ir_module *m, const char *name);
void ir_const_set(struct ir_module *m, const char *name, uint64_t value);

/* A new block, laid out after all others when it is first positioned at. */
struct ir_block *ir_block_new(struct ir_builder *b, const char *label);
void ir_at(struct ir_builder *b, struct ir_block *blk); /* continue at the end of blk */

ir_reg ir_newreg(struct ir_builder *b);
ir_reg ir_param(struct ir_builder *b, unsigned n);
ir_reg ir_ldi(struct ir_builder *b, int64_t v);
ir_reg ir_ldconst(struct ir_builder *b, const char *name);
void ir_ldpc_to(struct ir_builder *b, ir_reg dst);
ir_reg ir_mov(struct ir_builder *b, ir_reg a);
void ir_mov_to(struct ir_builder *b, ir_reg dst, ir_reg a); /* assignment to an existing register */
void ir_ldi_to(struct ir_builder *b, ir_reg dst, int64_t v);
ir_reg ir_op2(struct ir_builder *b, enum ir_op op, ir_reg x, ir_reg y);
ir_reg ir_op2i(struct ir_builder *b, enum ir_op op, ir_reg x, int64_t imm);
ir_reg ir_op1(struct ir_builder *b, enum ir_op op, ir_reg x); /* NEG NOT */
ir_reg ir_ext(struct ir_builder *b, ir_reg x, unsigned size, bool is_signed);
ir_reg ir_bswap(struct ir_builder *b, ir_reg x, unsigned size);
ir_reg ir_setcc(struct ir_builder *b, enum ir_cond c, ir_reg x, ir_reg y);
ir_reg ir_setcci(struct ir_builder *b, enum ir_cond c, ir_reg x, int64_t imm);
ir_reg ir_load(struct ir_builder *b, unsigned size, bool is_signed, ir_reg base, int32_t off);
void ir_store(struct ir_builder *b, unsigned size, ir_reg base, int32_t off, ir_reg v);
void ir_storei(struct ir_builder *b, unsigned size, ir_reg base, int32_t off, int32_t v);
void ir_atomic_add(struct ir_builder *b, unsigned size, ir_reg base, int32_t off, ir_reg v);
ir_reg ir_cmpxchg(struct ir_builder *b, unsigned size, ir_reg base, int32_t off, ir_reg old, ir_reg new_);
ir_reg ir_xchg(struct ir_builder *b, unsigned size, ir_reg base, int32_t off, ir_reg v);
uint32_t ir_frameobj(struct ir_builder *b, uint32_t size, const char *name); /* aligned to 8 */
ir_reg ir_frame(struct ir_builder *b, uint32_t obj);
ir_reg ir_mapfd(struct ir_builder *b, struct dt_mapdef *m);
ir_reg ir_mapval(struct ir_builder *b, struct dt_mapdef *m, int32_t off);
ir_reg ir_call(struct ir_builder *b, int helper, unsigned nargs, const ir_reg *args);
ir_reg ir_call_rt(struct ir_builder *b, const char *rt, unsigned nargs, const ir_reg *args);
ir_reg ir_call_fn(struct ir_builder *b, struct ir_func *fn, unsigned nargs, const ir_reg *args);
#define IR_CALL(b, helper, ...)                                                                    \
	ir_call((b), (helper), sizeof((ir_reg[]){__VA_ARGS__}) / sizeof(ir_reg), (ir_reg[]){__VA_ARGS__})
#define IR_CALL_RT(b, name, ...)                                                                   \
	ir_call_rt((b), (name), sizeof((ir_reg[]){__VA_ARGS__}) / sizeof(ir_reg),                  \
		   (ir_reg[]){__VA_ARGS__})

#define IR_CALL_FN(b, fn, ...)                                                                     \
	ir_call_fn((b), (fn), sizeof((ir_reg[]){__VA_ARGS__}) / sizeof(ir_reg),                    \
		   (ir_reg[]){__VA_ARGS__})

/* Terminators: the cursor is left without a block. */
void ir_jmp(struct ir_builder *b, struct ir_block *to);
void ir_br(struct ir_builder *b, enum ir_cond c, ir_reg x, ir_reg y, struct ir_block *then,
	   struct ir_block *otherwise);
void ir_bri(struct ir_builder *b, enum ir_cond c, ir_reg x, int64_t imm, struct ir_block *then,
	    struct ir_block *otherwise);
void ir_ret(struct ir_builder *b, ir_reg v);
void ir_reti(struct ir_builder *b, int64_t v);

#endif
