/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of lowering share with one another and with nobody else. */
#ifndef DT_IR_LOWER_PRIV_H
#define DT_IR_LOWER_PRIV_H

#include "ir/hook.h"
#include "ir/lower.h"

/* Kernel numbers: helpers, map types, program types, flags. */
enum {
	HLP_MAP_LOOKUP = 1,
	HLP_MAP_UPDATE = 2,
	HLP_MAP_DELETE = 3,
	HLP_KTIME = 5,
	HLP_CPU = 8,
	HLP_PID_TGID = 14,
	HLP_UID_GID = 15,
	HLP_COMM = 16,
	HLP_PERF_OUTPUT = 25,
	HLP_CURRENT_TASK = 35,
	HLP_GET_STACK = 67,
	HLP_READ_USER = 112,
	HLP_READ_KERNEL = 113,
	HLP_READ_USER_STR = 114,
	HLP_READ_KERNEL_STR = 115,
	HLP_RB_OUTPUT = 130,
	HLP_RB_RESERVE = 131,
	HLP_RB_SUBMIT = 132,
	HLP_RB_DISCARD = 133,
	HLP_RB_QUERY = 134,
	HLP_TASK_STORAGE_GET = 156,
	HLP_CURRENT_TASK_BTF = 158,
	HLP_FUNC_IP = 173,
	HLP_ATTACH_COOKIE = 174,
	HLP_TASK_PT_REGS = 175,
};
enum {
	MAP_HASH = 1,
	MAP_ARRAY = 2,
	MAP_PERF_EVENT_ARRAY = 4,
	MAP_PERCPU_ARRAY = 6,
	MAP_ARRAY_OF_MAPS = 12,
	MAP_RINGBUF = 27,
	MAP_TASK_STORAGE = 29,
};
enum {
	PROG_KPROBE = 2,
	PROG_TRACEPOINT = 5,
	PROG_PERF_EVENT = 7,
	PROG_RAW_TRACEPOINT = 17,
	PROG_TRACING = 26
};
enum { ATT_FENTRY = 24, ATT_FEXIT = 25, ATT_KPROBE_MULTI = 42, ATT_UPROBE_MULTI = 48 };
enum { F_NO_PREALLOC = 1, F_RDONLY_PROG = 1 << 7, F_MMAPABLE = 1 << 10 };
enum { UPD_ANY = 0, UPD_NOEXIST = 1 };
enum { STACK_USER = 1 << 8 };
enum { RB_NO_WAKEUP = 1, RB_FORCE_WAKEUP = 2 };
#define PERF_CURRENT_CPU 0xffffffffll

/* What a program knows of the probe that fired, when it can be one of several. The clause set
 * follows: bit k of byte k / 8 = the program's clause k runs. */
struct dt_probe_row {
	uint32_t index; /* dense */
	uint32_t id;
	uint32_t prov, mod, func, name; /* string ids */
};

/* A pointer to a kernel struct that the verifier knows: it may be read through directly. */
struct dt_object {
	ir_reg reg; /* 0: it is none */
	const struct dt_type *sou;
	bool loaded; /* may be 0, and is a number then */
};

/* Where an lvalue (or a struct by value) is. */
struct dt_loc {
	enum {
		LOC_PTR,  /* verifier's pointer `reg` + off */
		LOC_ADDR, /* address `reg` + off in `space`: SP_KERNEL, SP_USER, SP_SCRATCH */
		LOC_SELF, /* in the self-> struct at off */
		LOC_DYN,  /* element of a hash: key at pointer `reg` */
	} kind;
	ir_reg reg;
	struct dt_object obj; /* LOC_ADDR: instead of reg */
	int64_t off;
	enum dt_space space;
	unsigned bit_off, bit_width; /* bit-field: bits from off; width 0 = none */
	bool off_in_elem; /* LOC_SELF, LOC_DYN: part of a struct: storing 0 does not delete it */
	const struct dt_var *var;
};

struct dt_frameslot {
	uint32_t obj, size;
	bool used;
};

/* E_LET whose body is being lowered. */
struct dt_let {
	struct dt_let *outer;
	int64_t number;
	struct dt_val value;
	struct dt_object obj; /* the value, too, if it is one */
};

struct dt_lower_priv {
	struct dt_let *let; /* the innermost */
	struct ir_block *next; /* the next clause */
	struct ir_block *out;  /* leaves the program, releasing what it holds */
	struct ir_block *ret0; /* leaves it before anything is held */
	DT_VEC(struct dt_frameslot) frame;
	uint32_t frame_bytes, tmp8, temp_base;
	bool has_tmp8;
	int ts_state;  /* 0 never read, 1 read on some paths, 2 read */
	bool is_error; /* this is the ERROR subprogram */
	bool uses_this;
	bool exits;  /* the clause may call exit() */
	ir_reg exited; /* on demand: 1 once this firing has called exit() */
	bool writing; /* dt_lower_loc is for a store */
	ir_reg hook_args[DT_HOOK_ARGS]; /* raw arguments that the provider's own code has made; 0: none */
	ir_reg vtin; /* on demand: pointer to vtime_in[cpu] */
	/* the record */
	bool reserved;    /* a ring buffer reservation is held at this point of the code */
	bool in_slot;     /* it is built in the slot and copied out at the end */
	uint32_t rec_off; /* where in the slot */
	ir_reg ring;      /* the ring buffer that the reservation is in */
	struct ir_block *fault_plain, *fault_held; /* faults without and with a reservation */
	bool plain_used, held_used;
};

/* layout.c */
bool dt_lower_layout(struct dt_lower_ctx *cx);
/* lower_clause.c */
void dt_lower_clauses(struct dt_lower *lw);
void dt_lower_make_fault_fn(struct dt_lower_ctx *cx);
/* lower_probe.c */
void dt_lower_regs(struct dt_lower *lw); /* makes the on-demand registers and the way out */
void dt_lower_prologue(struct dt_lower *lw, struct ir_block *at, struct ir_block *body);
void dt_lower_clause_test(struct dt_lower *lw, uint32_t k, struct ir_block *no);
ir_reg dt_lower_probe_id(struct dt_lower *lw);
ir_reg dt_lower_epid(struct dt_lower *lw);
ir_reg dt_lower_probe_str(struct dt_lower *lw, enum dt_builtin which);
ir_reg dt_lower_arg(struct dt_lower *lw, unsigned n);
/* The value of a source. What of it is in memory that cannot be read faults, or (in no clause) is 0. */
ir_reg dt_lower_source(struct dt_lower *lw, const struct dt_argsrc *s, bool faults);
/* As dt_lower_read; what can't be read is 0. */
ir_reg dt_lower_peek(struct dt_lower *lw, enum dt_space space, ir_reg addr, unsigned size,
		     bool is_signed);
ir_reg dt_lower_argv(struct dt_lower *lw, const struct dt_expr *idx);
ir_reg dt_lower_uregs(struct dt_lower *lw, const struct dt_expr *e);
/* Flags of bpf_get_stack: whose, and how many frames of our own to leave out. */
/* Do the kernel's stacks begin with frames that lie between the event and the program? */
bool dt_lower_stack_dispatched(const struct dt_lower *lw);
/* Do the kernel's stacks begin with the caller of the function (FBT-05)? */
bool dt_lower_stack_from_caller(const struct dt_lower *lw);
/* Frames of ours, always as many, that the kernel itself can leave out of its stacks: a flag of its helper. */
int64_t dt_lower_stack_skip(const struct dt_lower *lw);
/* Do the user's lack the caller, since the function has only begun? */
bool dt_lower_stack_entry(const struct dt_lower *lw);
/* Takes the stack into a temporary, without such frames. *first: its first frame there, of which frames may be
 * read; the result: how many bytes it has, or negative. */
ir_reg dt_lower_take_stack(struct dt_lower *lw, bool user, uint32_t frames, ir_reg *first);
/* hook.c */
void dt_lower_hook(struct dt_lower *lw); /* the provider's own code */
/* lower_builtin.c */
void dt_lower_ts_join(struct dt_lower *lw, int before); /* after code that may not have run */
void dt_lower_make_vtime(struct dt_lower_ctx *cx);
/* lower.c */
/* A program of ours on a raw tracepoint, of no probe: `body` makes its code, up to a jump to priv->out. */
void dt_lower_own_prog(struct dt_lower_ctx *cx, const char *name, const char *event,
		       void (*body)(struct dt_lower *, const void *), const void *arg);
/* lower_expr.c */
/* Evaluates what an E_LET binds; the caller lowers its body and then restores priv->let. */
void dt_lower_let(struct dt_lower *lw, const struct dt_expr *e, struct dt_let *let);
const struct dt_let *dt_lower_bound(struct dt_lower *lw, const struct dt_expr *e);
/* lower_object.c */
/* The value of a pointer: an object if it is known to be one, else the result is its number. */
ir_reg dt_lower_pointer(struct dt_lower *lw, const struct dt_expr *e, struct dt_object *o);
/* The thread that is running. */
void dt_lower_current(struct dt_lower *lw, struct dt_object *o);
/* What is at off in an object: an object itself (`to`, if not NULL, becomes one) or an integer or pointer as a
 * number. 0: it can't be read that way. */
ir_reg dt_object_load(struct dt_lower *lw, const struct dt_object *o, int64_t off, unsigned size,
		      bool is_signed, struct dt_object *to);
/* A pointer of the verifier's as a number. */
ir_reg dt_lower_plain(struct dt_lower *lw, ir_reg r);
/* lower_record.c */
void dt_lower_record_open(struct dt_lower *lw);
void dt_lower_record_begin(struct dt_lower *lw);
void dt_lower_record_commit(struct dt_lower *lw);
void dt_lower_record_abort(struct dt_lower *lw);
void dt_lower_output(struct dt_lower *lw, ir_reg data, uint32_t size);
/* lower_var.c */
void dt_lower_loc(struct dt_lower *lw, const struct dt_expr *e, struct dt_loc *loc);
/* The same, to be stored to. */
void dt_lower_loc_write(struct dt_lower *lw, const struct dt_expr *e, struct dt_loc *loc);
void dt_loc_load(struct dt_lower *lw, const struct dt_loc *l, const struct dt_type *t,
		 struct dt_val *out);
void dt_loc_store(struct dt_lower *lw, const struct dt_loc *l, const struct dt_type *t,
		  const struct dt_val *v);
/* Makes a dynamic place (LOC_SELF, LOC_DYN) a LOC_PTR for reading. */
void dt_loc_pin(struct dt_lower *lw, struct dt_loc *l, const struct dt_type *t);
ir_reg dt_loc_addr(struct dt_lower *lw, const struct dt_loc *l);
/* Deletes what the exiting thread leaves; `used` says which maps programs use. */
void dt_lower_make_exit(struct dt_lower_ctx *cx, const bool *used);
/* describe.c: names for what is in the maps, once their layout is known */
void dt_lower_describe(struct dt_lower_ctx *cx);
/* lower_string.c */
ir_reg dt_lower_str_cmp(struct dt_lower *lw, enum dt_op op, const struct dt_expr *a,
			const struct dt_expr *b);
ir_reg dt_lower_str_true(struct dt_lower *lw, const struct dt_val *v);
void dt_lower_str_at(struct dt_lower *lw, enum dt_space space, ir_reg addr, uint32_t cap,
		     struct dt_val *out);

void dt_lower_begin_stmt(struct dt_lower *lw);
/* 8 bytes of frame for something short-lived: a key, a value on its way. */
ir_reg dt_lower_tmp8(struct dt_lower *lw);
static inline struct ir_block *dt_lower_block(struct dt_lower *lw, const char *label)
{
	return ir_block_new(&lw->b, label);
}
static inline uint32_t dt_round8(uint32_t n)
{
	return (n + 7) & ~7u;
}

#endif
