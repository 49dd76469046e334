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
#include "base/vec.h"
#include "types/types.h"

struct dt_registry;
struct dt_provider;

/* Ids 1-3 are BEGIN, END, ERROR. */
enum dt_id_base {
	DT_ID_DTRACE = 1,
	DT_ID_PROFILE = 10,	/* pre-listed rates, then made on demand, in order of use */
	DT_ID_SYSCALL = 1000,	/* + 2 * number + (return ? 1 : 0) */
	DT_ID_DYNAMIC = 90000,	/* what has no number of its own */
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
	DT_ARG_PROFILE,	  /* ctx's instruction pointer if in kernel (value 0) or user (value 1), else 0 */
	DT_ARG_FAULT,	  /* ERROR: field `value` (enum dt_fault_field) of the slot's fault block */
};

struct dt_argsrc {
	enum dt_argsrc_kind kind;
	int16_t off, off2;
	uint8_t size;
	bool is_signed;
	int64_t value;
};

/* How a program gets run. Mechanisms of later issues are added here and in bpf/attach.c. */
enum dt_mech {
	DT_MECH_TESTRUN,     /* run by the consumer with a raw_tp test run: BEGIN, END */
	DT_MECH_CALLED,	     /* a subprogram, called by others: ERROR */
	DT_MECH_RAW_TP,	     /* target: event name; one program for all probes on it */
	DT_MECH_PERF_CLOCK,  /* perf cpu-clock with `period_ns`; on all CPUs, or one (cpu >= 0 or -1: any) */
};

/* What a raw tracepoint program's probe index is computed from (plan/). */
enum dt_index_src {
	DT_INDEX_CONST,	  /* one probe per program */
	DT_INDEX_SYSCALL, /* the system call number: raw_tp ctx[1] at entry, pt_regs->orig_ax at exit */
};

/* What registers the context gives, for uregs[], ucaller, stack(), caller. */
enum dt_ctx_class {
	DT_CTX_NONE,	  /* BEGIN, END, ERROR: no interrupted state */
	DT_CTX_RAW_TP,	  /* raw tracepoint; for system calls ctx[0] is the user's pt_regs */
	DT_CTX_PERF,	  /* struct bpf_perf_event_data: pt_regs at offset 0 */
};

struct dt_attach {
	enum dt_mech mech;
	const char *target;	   /* RAW_TP: "sys_enter" */
	enum dt_index_src index;
	uint32_t index_val;	   /* DT_INDEX_SYSCALL: the number */
	enum dt_ctx_class ctx;
	bool uregs_in_ctx0;	   /* DT_CTX_RAW_TP: ctx[0] is a pt_regs of the user's registers */
	uint64_t period_ns;	   /* PERF_CLOCK */
	bool one_cpu;		   /* PERF_CLOCK: tick */
};

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

struct dt_probe {
	uint32_t id;
	const char *prov, *mod, *func, *name; /* interned in the registry's arena */
	const struct dt_provider *provider;
	uint64_t priv;		/* the provider's own */
	uint32_t index;		/* dense index over all enabled probes: set by plan/ */
};

struct dt_provider {
	const char *name;	/* "syscall"; what a description's provider field is matched with */
	struct dt_prov_stability stability;
	/*
	 * Adds (dt_probe_add) every probe that may match the four patterns. Literal patterns are to be
	 * answered without enumerating. listing: for -l, leave out what exists only when named
	 * (PC-03). Returns 0 or negative errno (with dt_registry_error's text).
	 */
	int (*match)(struct dt_registry *r, const struct dt_provider *p, const char *mod,
		     const char *func, const char *name, bool listing);
	/* The arguments, at most `max` (`out` is zeroed); returns how many, or negative errno. */
	int (*args)(struct dt_registry *r, const struct dt_probe *pr, struct dt_types *ts,
		    struct dt_argdesc *out, int max);
	/* Where raw argument n is. */
	struct dt_argsrc (*argsrc)(const struct dt_probe *pr, unsigned n);
	/* How to attach. Returns 0 or negative errno (with a text). */
	int (*attach)(struct dt_registry *r, const struct dt_probe *pr, struct dt_attach *out);
};

extern const struct dt_provider *const dt_providers[]; /* providers/table.c; NULL-terminated */

/* ------------------------------------------------------------------ registry.c */

struct dt_registry {
	struct dt_arena *arena;
	struct dt_map *by_name;	/* "prov:mod:func:name" to probe */
	DT_VEC(struct dt_probe *) probes;
	DT_VEC(struct dt_probe *) found; /* added or met again since the last question began */
	const char *error;	/* text of the last failure */
	int cpu;		/* option cpu, or -1 */
};

void dt_registry_init(struct dt_registry *r, struct dt_arena *a);
/* The probe of that name: the existing one, or a new one. Strings are interned. */
struct dt_probe *dt_probe_add(struct dt_registry *r, const struct dt_provider *p, uint32_t id,
			      const char *prov, const char *mod, const char *func, const char *name,
			      uint64_t priv);
int dt_registry_error(struct dt_registry *r, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4))); /* sets r->error, returns err */

typedef int dt_probe_cb(void *arg, struct dt_probe *p); /* non-zero stops */
/* Calls cb for each probe matching, in order of id. id, if not 0, is asked for instead of the names. "" matches anything. Returns the number of
 * matches, or negative errno (r->error). */
int dt_registry_match(struct dt_registry *r, const char *prov, const char *mod, const char *func,
		      const char *name, uint32_t id, bool listing, dt_probe_cb *cb, void *arg);

#endif
