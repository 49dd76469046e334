/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lowering: from a checked tree and a plan to IR.
 *
 * struct dt_lower is the state while one program is generated, and what actions' lower() functions
 * work with. Values:
 *   - integers, pointers: one register, extended by their type's sign. Scratch pointers are the offset
 *     in the slot (never 0), so that they can be kept in variables; they are re-based when used.
 *   - strings: struct dt_val says where the bytes are.
 */
#ifndef DT_IR_LOWER_H
#define DT_IR_LOWER_H

#include "ir/build.h"
#include "plan/plan.h"
#include "record/record.h"
#include "sema/sema.h"

enum dt_val_kind {
	VAL_NONE,
	VAL_INT,	/* reg: an integer or pointer */
	VAL_STRID,	/* reg: a string id (known at load time) */
	VAL_SLOTSTR,	/* bytes in the slot at constant offset `off`, NUL-terminated, at most `cap` */
	VAL_SLOTDYN,	/* bytes in the slot at offset `reg`, at most `cap` */
	VAL_MEM,	/* bytes at pointer register `reg` + off that the verifier knows, at most `cap` */
	VAL_KSTR,	/* kernel address `reg` of a NUL-terminated string, not yet read */
	VAL_USTR,	/* user address, likewise */
	VAL_BLOB,	/* struct or array by value: address `reg`, space in `space`, `cap` bytes */
	VAL_STACK,	/* a stack is to be taken: space SP_KERNEL or SP_USER, cap bytes */
};

struct dt_val {
	enum dt_val_kind kind;
	ir_reg reg;
	uint32_t off, cap;
	enum dt_space space;
	const char *lit;	/* VAL_STRID of a literal: its bytes (and litlen), so that it may be inlined */
	uint32_t litlen;
};

/* What one compilation's lowering shares over programs. */
struct dt_lower_ctx {
	struct dt_arena *arena;
	struct dt_diags *diags;
	struct dt_sema *sema;
	struct dt_plan *plan;
	struct ir_module *mod;
	const struct dt_features *features; /* bpf/features.h */
	const struct dt_lower_opts *opts;
	struct dt_strtab *strtab;
	DT_VEC(struct dt_clausedesc *) descs; /* by clause index */
	DT_VEC(struct dt_aggdesc *) aggs;     /* by aggregation id */
	struct dt_mapdef *m_state, *m_stats, *m_slots, *m_ring /* BEGIN's and END's */, *m_rings, *m_perf, *m_strtab, *m_globals,
		*m_aggs, *m_self, *m_zero, *m_vtin, *m_vtacc;
	uint32_t this_end;		/* the slot: header, this-> variables up to here, */
	uint32_t temp_end;		/* temporaries (the most any program needs), alloca space, */
	uint32_t slot_end;		/* end: link constants alloca_base, alloca_size, slot_size */
	uint32_t globals_size, self_size, aggs_stride, zero_size;
	uint32_t self_birth;		/* offset in the self-> struct, see lower_var.c */
	bool needs_vtime;		/* vtimestamp is named */
	struct dt_map *recacts;		/* address of a call to its dt_recact */
	struct ir_func *error_fn;	/* the user's ERROR clauses, or NULL */
	struct ir_func *fault_fn;	/* emits an error record */
	struct dt_map *dispatch;	/* event to what opts->dispatch said of it */
};

/* Addresses: those of a function. */
struct dt_extent {
	uint64_t from, len;
};

struct dt_lower_opts {
	uint64_t bufsize, aggsize, dynvarsize; /* bytes */
	uint32_t strsize, scratchsize;
	bool perf_sink;		/* records through the perf event array, not the ring buffers */
	bool wake_each;		/* switchrate 0: wake the consumer whenever it has caught up */
	bool held;		/* bufpolicy fill, ring: nobody reads before tracing ends, wake nobody */
	bool fill;		/* a record that there is no room for ends tracing */
	uint32_t ncpu;		/* possible CPUs */
	/* Where the two functions are that may lie between an event and bpf_trace_runN: the one that
	 * gathers its arguments, and the one that calls all who listen. Asked only where a program
	 * takes the kernel's stack; what isn't found has no length. */
	void (*dispatch)(const char *event, struct dt_extent out[2]);
};

/* Everything: creates module, maps, descriptors and one function per program of the plan. Errors are
 * in s->diags (then the module is not complete). */
struct dt_lower_ctx *dt_lower(struct dt_arena *a, struct dt_sema *s, struct dt_plan *plan,
			      const struct dt_features *feat, const struct dt_lower_opts *opts);

/* The strings known at load time: ids are offsets, 0 is "". */
struct dt_strtab;
struct dt_strtab *dt_strtab_new(struct dt_arena *a);
uint32_t dt_strtab_add(struct dt_strtab *t, const char *s, size_t len);
const char *dt_strtab_data(const struct dt_strtab *t, uint32_t *size);

/* ------------------------------------------------------------------ for actions (one program) */

/*
 * Registers below that say "on demand" may simply be used: what they hold is computed at the start
 * of the program if (and only if) some instruction reads them. So a program that never mentions
 * lw->slot claims none.
 */
struct dt_lower {
	struct dt_lower_ctx *cx;
	struct ir_builder b;
	struct dt_plan_prog *prog;
	struct dt_clause *clause;
	struct dt_clausedesc *desc;
	ir_reg ctx;		/* program context */
	ir_reg slot;		/* on demand: slot base pointer */
	ir_reg slot_no;		/* on demand: the slot's number, for bpf-runtime functions */
	ir_reg cpu;		/* on demand: this CPU, less than ncpu */
	ir_reg stats;		/* on demand: pointer to this CPU's struct dt_cpustats */
	ir_reg aggbase;		/* on demand: pointer to this CPU's keyless cells, active half */
	ir_reg probe;		/* on demand: dense probe index */
	ir_reg row;		/* on demand: pointer to the probe's row (struct dt_probe_row) */
	ir_reg record;		/* base pointer of the record being written */
	ir_reg mask;		/* bits of the actions that ran, or 0 */
	uint32_t action;	/* statement number, for faults; 0 = predicate */
	struct ir_block *fault;	/* where a fault goes: what it needs to know is in: */
	ir_reg fault_code, fault_addr, fault_action, fault_pc;
	struct ir_block *agg_end; /* see dt_lower_agg_cell */
	ir_reg ts;		/* timestamp of this firing, see dt_lower_timestamp */
	uint32_t temp_top;	/* temporaries in the slot: next free */
	struct dt_lower_priv *priv;
};

/* Integers, pointers: one register. Strings, structs, stacks: where they are. */
void dt_lower_expr(struct dt_lower *lw, const struct dt_expr *e, struct dt_val *out);
ir_reg dt_lower_int(struct dt_lower *lw, const struct dt_expr *e); /* integer or pointer */
/* Branches to yes or no; short-circuits. */
void dt_lower_cond(struct dt_lower *lw, const struct dt_expr *e, struct ir_block *yes,
		   struct ir_block *no);

/* ---- strings ---- */
/* Copies a string value, NUL-terminated and truncated, to dst + off (cap bytes); zero-padded to cap
 * if pad. dst is a pointer register the verifier knows: slot, record, frame. */
void dt_lower_str_store(struct dt_lower *lw, const struct dt_val *v, ir_reg dst, uint32_t off,
			uint32_t cap, bool pad);
/* The string as bytes in the slot (reading it there if need be): v becomes VAL_SLOTSTR or, if it
 * already was bytes in the slot, stays VAL_SLOTDYN. */
void dt_lower_str_slot(struct dt_lower *lw, struct dt_val *v);
/* Likewise; returns the offset as a register, for bpf-runtime functions. */
ir_reg dt_lower_str_off(struct dt_lower *lw, struct dt_val *v);
/* A literal as a value. */
void dt_lower_str_lit(struct dt_lower *lw, const char *s, size_t len, struct dt_val *out);

/* ---- memory ---- */
/* A temporary of `size` bytes in the slot; freed at the end of the statement. Returns its offset. */
uint32_t dt_lower_temp(struct dt_lower *lw, uint32_t size);
/* The same on the frame while there is room (small things), else in the slot: a pointer register. Its
 * contents are undefined; what is passed to a helper on the frame must be initialised first. */
ir_reg dt_lower_mem(struct dt_lower *lw, uint32_t size);
/* Zeroes size bytes (a multiple of 8) at p + off. */
void dt_lower_zero(struct dt_lower *lw, ir_reg p, uint32_t off, uint32_t size);
/* Copies `size` bytes from address `addr` of that space to dst + off (dst: verifier's pointer).
 * SP_NONE: addr is a verifier's pointer as well. Unreadable: fault BADADDR. */
void dt_lower_copy(struct dt_lower *lw, ir_reg dst, uint32_t off, uint32_t size, enum dt_space space,
		   ir_reg addr);
/* An integer of `size` bytes at `addr` in that space; the same fault. */
ir_reg dt_lower_read(struct dt_lower *lw, enum dt_space space, ir_reg addr, unsigned size,
		     bool is_signed);
/* A scratch pointer (offset in the slot) as a pointer to at least `size` bytes of the alloca space;
 * outside it: fault BADADDR. Use at once. */
ir_reg dt_lower_scratch(struct dt_lower *lw, ir_reg off, uint32_t size);

/* ---- faults and drops ---- */
/* Ends the clause with a fault. addr 0 register = none. The cursor is left unreachable. */
void dt_lower_fault(struct dt_lower *lw, enum dt_fault code, ir_reg addr);
/* Goes on in a new block if the condition is false. */
void dt_lower_fault_if(struct dt_lower *lw, enum ir_cond c, ir_reg x, int64_t imm,
		       enum dt_fault code, ir_reg addr);
/* Adds 1 to this CPU's drop count for `cause`. */
void dt_lower_drop(struct dt_lower *lw, enum dt_drop_cause cause);

/* ---- records and aggregations ---- */
/* Stores a value into a record field or key field, by the field's kind. */
void dt_lower_store_field(struct dt_lower *lw, const struct dt_field *f, const struct dt_val *v,
			  ir_reg base);
/* The recact of the call (filled by layout), whose fields its lower() has to store, into lw->record. */
struct dt_recact *dt_lower_recact(struct dt_lower *lw, const struct dt_expr *call);
/*
 * For aggregating functions: pointer to the cell of the E_ASSIGN's element, created (all zero) if
 * need be; keys are evaluated here, so evaluate the arguments before. A cell that can't be made is
 * counted as dropped and control goes to lw->agg_end, which the caller of lower() positions at
 * afterwards: lower() just ends with the cursor behind its update.
 */
ir_reg dt_lower_agg_cell(struct dt_lower *lw, const struct dt_expr *assign);

/* ---- things about the firing ---- */
ir_reg dt_lower_timestamp(struct dt_lower *lw); /* one value per firing */
ir_reg dt_lower_tgid(struct dt_lower *lw);
void dt_lower_builtin(struct dt_lower *lw, const struct dt_expr *e, struct dt_val *out);
ir_reg dt_lower_state(struct dt_lower *lw); /* pointer to struct dt_state */

#endif
