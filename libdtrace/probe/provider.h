/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The contract between providers and the rest.
 *
 * A provider describes: which probes exist, what their arguments are and where in the program's
 * context they are found, and how the probe wants to be attached. It neither emits code (that is
 * ir/lower_probe.c, from argument sources) nor attaches (bpf/attach.c, from the request).
 *
 * Probes are interned: one struct dt_probe per 4-tuple and compilation, made by dt_probe_add and
 * owned by the registry's arena. Ids need no listing: each provider has a fixed base (see
 * enum dt_id_base) plus something that names the probe by itself.
 */
#ifndef DT_PROBE_PROVIDER_H
#define DT_PROBE_PROVIDER_H

#include <stdbool.h>
#include <stdint.h>
#include "base/diag.h"
#include "base/vec.h"
#include "types/types.h"

struct dt_features;
struct dt_kfuncs;
struct dt_provider;
struct dt_registry;

/* Ids 1-3 are BEGIN, END, ERROR. */
enum dt_id_base {
	DT_ID_DTRACE = 1,
	DT_ID_PROFILE = 10,	/* pre-listed rates, then made on demand, in order of use */
	DT_ID_SYSCALL = 1000,	/* + 2 * number + (return ? 1 : 0) */
	DT_ID_PROC = 5000,	/* + place in the provider's table */
	DT_ID_IO = 5100,
	DT_ID_CPC = 6000,	/* listed counters, then made on demand, in order of use */
	DT_ID_SDT = 10000,	/* + the event's number, which has 16 bits */
	DT_ID_DYNAMIC = 90000,	/* what has no number of its own */
	DT_ID_RAWTP = 100000,	/* + the event's number */
	DT_ID_PROCESS = 900000, /* probes in user processes, in order of use: dt_registry_process_id */
	DT_ID_FBT = 1 << 20,	/* + 2 * number in BTF + (return ? 1 : 0) */
	DT_ID_FBT_MAX = 1 << 20, /* how many these can be */
	DT_ID_RAWFBT = 1 << 21,
	DT_ID_FBT_PLACE = 1 << 30, /* + the low half of the address, even, + (return ? 1 : 0) */
#define DT_ID_RAWFBT_PLACE (2u * DT_ID_FBT_PLACE)
};

/*
 * One argument, args[i]: of type `type` to the program. native NULL: it is raw argument i. Otherwise
 * it is raw argument `mapping`, which is a `native`; if `type` is another type, it is translated (PC-02),
 * so that a D library must have a translator from native to the struct that `type` is or points to.
 * Zero what is not set.
 */
struct dt_argdesc {
	const struct dt_type *type;
	const struct dt_type *native;
	unsigned mapping;
};

/* Where a raw argument (arg0..arg9) is found when the program runs. */
enum dt_argsrc_kind {
	DT_ARG_NONE,	  /* absent: 0 */
	DT_ARG_CONST,	  /* value */
	DT_ARG_CTX,	  /* load `size` bytes at ctx + off (sign-extended if is_signed) */
	DT_ARG_CTX_DEREF, /* p = *(u64 *)(ctx + off); kernel-read `size` bytes at p + off2 */
	DT_ARG_CTX_ADDR,  /* the address ctx + off: an array in a formatted record */
	DT_ARG_CTX_DATALOC, /* the address ctx + (*(u32 *)(ctx + off) & 0xffff) + off2 */
	DT_ARG_FUNC,	  /* argument `value` of the traced function, by its calling convention */
	DT_ARG_RETVAL,	  /* what the traced function returns */
	DT_ARG_REG,	  /* the low `size` bytes, from byte off2 on, of the register at offset off in pt_regs */
	DT_ARG_REG_DEREF, /* user-read `size` bytes at value + reg(off) + scale * reg(off2); -1: no such register */
	DT_ARG_PROFILE,	  /* ctx's instruction pointer if in kernel (value 0) or user (value 1), else 0 */
	DT_ARG_FAULT,	  /* ERROR: field `value` (enum dt_fault_field) of the slot's fault block */
};

struct dt_argsrc {
	enum dt_argsrc_kind kind;
	int16_t off, off2;
	uint8_t size, scale;
	bool is_signed;
	int64_t value;
};

/*
 * How a program gets run. KFUNC and UFUNC are requests: plan/mech.c makes one of the mechanisms that
 * follow them of each, by what this kernel has and by how many are wanted.
 */
enum dt_mech {
	DT_MECH_TESTRUN,     /* run by the consumer with a raw_tp test run: BEGIN, END */
	DT_MECH_CALLED,	     /* a subprogram, called by others: ERROR */
	DT_MECH_RAW_TP,	     /* target: event name; one program for all probes on it */
	DT_MECH_TRACEPOINT,  /* target: "group:event"; the context is the formatted record */
	DT_MECH_PERF_CLOCK,  /* perf cpu-clock with `period_ns`; on all CPUs, or one (cpu >= 0 or -1: any) */
	DT_MECH_PERF_EVENT,  /* any other perf event that overflows: perf_type, perf_config, period */
	DT_MECH_KFUNC,	     /* entry to or return from the kernel function `target` */
	DT_MECH_FENTRY,
	DT_MECH_KPROBE,
	DT_MECH_KPROBE_MULTI,
	DT_MECH_UFUNC,	     /* the instruction at file offset `addr` of file `target`, or (is_return) */
			     /* the return from the function that begins there */
	DT_MECH_UPROBE,
	DT_MECH_UPROBE_MULTI,
};

/* What a program finds out with which of its probes fired (plan/). */
enum dt_index_src {
	DT_INDEX_CONST,	  /* one probe per program */
	DT_INDEX_SYSCALL, /* the system call number: raw_tp ctx[1] at entry, else pt_regs->orig_ax */
	DT_INDEX_STUB,	  /* likewise, where there are no cookies: each hook runs a program that notes its */
			  /* position and goes on as the one that they share */
	DT_INDEX_COOKIE,  /* the cookie it was attached with: the position in the program's probes */
};

/* What the context is: for arguments, uregs[], ucaller, stack(), caller. */
enum dt_ctx_class {
	DT_CTX_NONE,	  /* BEGIN, END, ERROR: no interrupted state */
	DT_CTX_RAW_TP,	  /* raw tracepoint; for system calls ctx[0] is the user's pt_regs */
	DT_CTX_PERF,	  /* struct bpf_perf_event_data: pt_regs at offset 0 */
	DT_CTX_RECORD,	  /* a tracepoint's formatted record, after 8 bytes of the kernel's own */
	DT_CTX_KREGS,	  /* pt_regs of the kernel, at a function's entry or return */
	DT_CTX_UREGS,	  /* pt_regs of user code */
	DT_CTX_FUNC,	  /* fentry: the function's nargs arguments, 8 bytes each, then its result */
};

struct dt_hook;
struct dt_probe;
struct dt_attach;
/* A provider's own code, run before the clauses: see ir/hook.h. */
typedef void dt_emit_f(struct dt_hook *hk, const struct dt_probe *pr, const struct dt_attach *at);

/*
 * A hook: one place where a probe hangs. Most probes have one; one that is made from several events
 * of the kernel, or stands at several places of a program, has as many.
 */
struct dt_attach {
	enum dt_mech mech;
	enum dt_index_src index;
	enum dt_ctx_class ctx;
	uint32_t index_val;	   /* DT_INDEX_SYSCALL: the number */
	const char *target;	   /* RAW_TP: "sys_enter"; TRACEPOINT: "sched:sched_switch"; KFUNC; UFUNC */
	const char *module;	   /* KFUNC: the kernel module it is in; NULL or "vmlinux": none */
	bool is_return;		   /* KFUNC, UFUNC */
	uint8_t nargs;		   /* FENTRY */
	uint32_t btf_id;	   /* FENTRY: of the function, in its module's BTF */
	uint64_t addr;		   /* KFUNC: where it is, 0 if only the name is known; UFUNC: offset in the file */
	bool at_entry;		   /* UFUNC: a function's first instruction: its frame is not made yet */
	uint64_t ref_ctr;	   /* UFUNC: offset in the file of a counter to raise meanwhile; 0: none */
	int32_t pid;		   /* UFUNC: in this process only; 0: in all that have the file mapped */
	bool uregs_in_ctx0;	   /* DT_CTX_RAW_TP: ctx[0] is a pt_regs of the user's registers */
	bool arg0_errno;	   /* raw argument 0 is a result that may be an error number, negative */
	uint64_t period_ns;	   /* PERF_CLOCK */
	bool from_caller;	   /* KFUNC: stack() begins with the function's caller (FBT-05), not with itself */
	bool no_result;		   /* FENTRY: the function returns nothing */
	bool one_cpu;		   /* PERF_CLOCK: tick */
	uint32_t perf_type;	   /* PERF_EVENT */
	uint64_t perf_config, period, perf_flags;
	/* Probes share a program only if their arguments are in the same places; where that is not so by
	 * construction, this text tells. NULL: it is so. */
	const char *args_key;
	dt_emit_f *emit;	   /* NULL: argument sources say it all. One that has it shares no program */
	uint64_t priv;		   /* the provider's own */
};

struct dt_hooks {
	struct dt_arena *arena;
	DT_VEC(struct dt_attach) v;
};
void dt_hook_add(struct dt_hooks *hooks, struct dt_attach at);

/* Stability, as the manual defines it: Name/Data/Class, low to high. */
enum dt_stab_level {
	STB_INTERNAL, STB_PRIVATE, STB_OBSOLETE, STB_EXTERNAL, STB_UNSTABLE, STB_EVOLVING, STB_STABLE,
	STB_STANDARD
};
enum dt_stab_class { CLS_UNKNOWN, CLS_CPU, CLS_PLATFORM, CLS_GROUP, CLS_ISA, CLS_COMMON };
struct dt_stability {
	uint8_t name, data, cls;
};
struct dt_prov_stability {
	struct dt_stability prov, mod, func, pname, args;
};
/* The triples that providers have in common. */
#define DT_STAB_EVOLVING     {STB_EVOLVING, STB_EVOLVING, CLS_COMMON}
#define DT_STAB_EVOLVING_ISA {STB_EVOLVING, STB_EVOLVING, CLS_ISA}
#define DT_STAB_PRIVATE	     {STB_PRIVATE, STB_PRIVATE, CLS_UNKNOWN}
#define DT_STAB_PRIVATE_ISA  {STB_PRIVATE, STB_PRIVATE, CLS_ISA}

struct dt_probe {
	uint32_t id;
	/* Interned in the registry's arena. A prov with a "*" is that of every process. */
	const char *prov, *mod, *func, *name;
	const struct dt_provider *provider;
	uint64_t priv;		/* the provider's own */
	uint32_t index;		/* dense index over all enabled probes: set by plan/ */
};

/* A question: four patterns, "" matches anything. */
struct dt_query {
	const char *prov, *mod, *func, *name;
	bool listing; /* for -l: leave out what exists only when named (PC-03) */
};

struct dt_provider {
	const char *name;	/* "syscall" */
	struct dt_prov_stability stability;
	/* Whatever match adds is what was meant, though its names differ: an object has several names. */
	bool exact;
	/* May a description with this provider field mean us? NULL: where it matches `name`. */
	bool (*claims)(const struct dt_provider *p, const char *prov);
	/*
	 * Adds (dt_probe_add) every probe that may match. Literal patterns are to be answered without
	 * enumerating. Returns 0 or negative errno (with dt_registry_error's text).
	 */
	int (*match)(struct dt_registry *r, const struct dt_provider *p, const struct dt_query *q);
	/* Adds the probe of that id; -ENOENT if there is none. NULL: whoever asks enumerates. */
	int (*by_id)(struct dt_registry *r, const struct dt_provider *p, uint32_t id);
	/* The arguments, at most `max` (`out` is zeroed); returns how many, or negative errno. */
	int (*args)(struct dt_registry *r, const struct dt_probe *pr, struct dt_types *ts,
		    struct dt_argdesc *out, int max);
	/* Where raw argument n is at a hook, by the mechanism that was chosen for it (at->ctx). */
	struct dt_argsrc (*argsrc)(const struct dt_probe *pr, const struct dt_attach *at, unsigned n);
	/* Where the probe hangs: at least one dt_hook_add. Returns 0 or negative errno (with a text). */
	int (*attach)(struct dt_registry *r, const struct dt_probe *pr, struct dt_hooks *out);
};

extern const struct dt_provider *const dt_providers[]; /* providers/table.c; NULL-terminated */

/* ------------------------------------------------------------------ registry.c */

struct dt_skip {
	const struct dt_probe *probe;
	const char *why;
};

struct dt_registry {
	struct dt_arena *arena;
	struct dt_map *by_name;	/* "prov:mod:func:name" to probe */
	DT_VEC(struct dt_probe *) probes;
	DT_VEC(struct dt_probe *) found; /* added or met again since the last question began */
	const char *error;	/* text of the last failure */
	enum dt_tag tag;	/* and its tag, if it has one of its own; else 0 */
	int cpu;		/* option cpu, or -1 */
	const struct dt_features *features; /* bpf/features.h; NULL: nothing is known of the kernel */
	struct dt_types *types;	/* NULL: no types are known */
	struct dt_kfuncs *kfuncs; /* the kernel's functions (proc/kfunc.h), once a glob needed them */
	struct dt_map *by_num;	/* id to probe, of the first nums ones: made when asked for */
	uint32_t nums;
	DT_VEC(struct dt_skip) skipped; /* probes that could not be attached, though others were */
	uint32_t process_ids;	/* how many of DT_ID_PROCESS are taken */
	struct dt_map *memo;	/* what providers remember, by their names */
	/* A process is about to be looked at: one that we have started and hold comes to where its
	 * libraries are mapped. 0 or negative errno, with dt_registry_error's text. NULL: none is held. */
	int (*settle)(struct dt_registry *r, int32_t pid);
	void *settle_arg;
};

void dt_registry_init(struct dt_registry *r, struct dt_arena *a);
/* The probe of that name: the existing one, or a new one. Strings are interned. */
struct dt_probe *dt_probe_add(struct dt_registry *r, const struct dt_provider *p, uint32_t id,
			      const char *prov, const char *mod, const char *func, const char *name,
			      uint64_t priv);
/* The probe of exactly that name, if it has been met. */
struct dt_probe *dt_registry_find(const struct dt_registry *r, const char *prov, const char *mod,
				  const char *func, const char *name);
int dt_registry_error(struct dt_registry *r, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4))); /* sets r->error, returns err */

int dt_registry_fail(struct dt_registry *r, enum dt_tag tag, int err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5))); /* the same with a tag of its own */
uint32_t dt_registry_process_id(struct dt_registry *r);

/* The probe is left out, and that is said (PC-06). */
void dt_registry_skip(struct dt_registry *r, const struct dt_probe *pr, const char *why);

typedef int dt_probe_cb(void *arg, struct dt_probe *p); /* non-zero stops */
/* Calls cb for each probe matching, in order of id. id, if not 0, is asked for instead of the names.
 * Returns the number of matches, or negative errno (r->error). */
int dt_registry_match(struct dt_registry *r, const char *prov, const char *mod, const char *func,
		      const char *name, uint32_t id, bool listing, dt_probe_cb *cb, void *arg);

#endif
