/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The handle, and what the files of api/ share. Nobody else includes this.
 *
 * The handle owns one arena for everything that a compilation makes; it is freed whole by
 * dtrace_close(). Kernel objects belong to `kernel`, buffers to `consumer`.
 */
#ifndef DT_API_INTERNAL_H
#define DT_API_INTERNAL_H

#include "dtrace.h"
#include "base/diag.h"
#include "bpf/features.h"
#include "bpf/load.h"
#include "consume/consume.h"
#include "ir/lower.h"
#include "lang/parse.h"
#include "plan/plan.h"
#include "proc/proc.h"
#include "sema/sema.h"

/* The version of the language. */
#define DT_D_MAJOR   2
#define DT_D_VERSION "2.0"

enum dt_opt {
#define DT_OPT(id, name, kind, when, def, min, max) id,
#define DT_OPT_NONE(name, kind)
#include "api/options.def"
#undef DT_OPT
#undef DT_OPT_NONE
	OPT_COUNT
};

/* Bits of OPT_DUMP. */
enum dt_dump {
	DUMP_TOK = 1, DUMP_AST = 2, DUMP_TYPED = 4, DUMP_IR = 8, DUMP_ALLOC = 16, DUMP_BPF = 32,
	DUMP_MAPS = 64
};

enum dt_policy { POLICY_SWITCH, POLICY_FILL, POLICY_RING };

enum dt_phase { PH_COMPILE, PH_ACTIVE, PH_STOPPED };

struct dtrace_prog {
	struct dtrace_prog *next;
	struct dt_program *tree;
	uint32_t first, end;	/* its clauses: sema.clauses.v[first .. end) */
};

struct dtrace_proc {
	struct dtrace_proc *next;
	struct dt_proc *p;
	pid_t pid;
	bool exited;
};

struct dtrace_hdl {
	struct dt_arena *arena;
	uint64_t opened; /* when, monotonic ns */
	int err;
	const char *errtext;	/* details of err, or NULL */

	int64_t opt[OPT_COUNT];
	const char *optstr[OPT_COUNT];
	DT_VEC(const char *) cppargs;	/* -D -U -I -H cppargs, in order */
	DT_VEC(const char *) libdirs;

	/* compiling */
	struct dt_diags diags;
	struct dt_types types;
	struct dt_registry registry;
	struct dt_sema sema;
	struct dt_macros macros;
	struct dt_parse_opts *po; /* of the program being compiled: its pragmas may change them */
	bool sema_ready;
	struct loader *libs;	/* library.c; NULL: not looked for yet */
	bool dump_only;		/* DTRACE_C_DUMP */
	struct dtrace_prog *progs, **progs_end;
	DT_VEC(struct dt_clause *) enabled; /* of the programs passed to dtrace_program_exec, in order */

	/* enabling */
	struct dt_features features;
	struct dt_plan *plan;
	struct dt_lower_opts lopts;
	uint32_t own_cpu;	/* where BEGIN and END run */
	struct dt_lower_ctx *lower;
	struct ir_func *fn_begin, *fn_end;
	struct dt_kernel kernel;
	bool kernel_open;

	/* consuming */
	enum dt_phase phase;
	struct dt_manifest manifest;
	struct dt_consumer consumer;
	bool consumer_open;
	struct dt_state *state;
	int wake_fd;		/* eventfd: dtrace_interrupt */
	volatile int interrupted;
	bool started;		/* the first dtrace_work has been */
	bool activated, quiet, out_failed; /* quiet: stopped, and no program is running any more */
	uint64_t next_switch, next_status, next_agg, no_look_until; /* monotonic ns */

	struct dtrace_proc *procs, **procs_end;

	dtrace_line_f *on_err, *on_drop, *on_buffered;
	void *err_arg, *drop_arg, *buffered_arg;
};

/* errors.c: sets the handle's error and returns -1. fmt NULL: the number says it all. */
int dt_fail(dtrace_hdl_t *h, int err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* From a negative errno and a module's text. */
int dt_fail_errno(dtrace_hdl_t *h, int rc, const char *text);

/* Option debug: what is being done, on stderr. */
void dt_debug(const dtrace_hdl_t *h, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* options.c */
void dt_options_init(dtrace_hdl_t *h);
/* Sets one; NULL, or the text of what is wrong, with the error number in *err. */
const char *dt_option_set(dtrace_hdl_t *h, const char *name, const char *value, int *err);
static inline bool dt_optbool(const dtrace_hdl_t *h, enum dt_opt o)
{
	return h->opt[o] == 1;
}
/* Hands the current values on to the modules that keep their own copy. */
void dt_options_to_sema(dtrace_hdl_t *h);
void dt_options_to_consumer(dtrace_hdl_t *h);

/* pipeline.c: the three lists. 0 or -1 with the handle's error set. */
int dt_compile(dtrace_hdl_t *h, struct dtrace_prog *pg, struct dt_source *src,
	       const struct dt_parse_opts *po);
int dt_generate(dtrace_hdl_t *h);
int dt_enable(dtrace_hdl_t *h);
int dt_begin(dtrace_hdl_t *h);
void dt_activate(dtrace_hdl_t *h);
void dt_refresh_walltime(dtrace_hdl_t *h); /* the wall clock may have been set */

/* A library's: declarations, nothing that is enabled. lazy: what they say is checked when it is used. */
int dt_compile_library(dtrace_hdl_t *h, struct dt_source *src, const struct dt_parse_opts *po,
		       bool lazy);

/* program.c */
/* args: $0, $1 ...; NULL: none. In the arena: sema keeps a pointer to the macros. */
struct dt_parse_opts *dt_parse_opts_new(dtrace_hdl_t *h, dtrace_probespec_t spec, int argc,
					char *const argv[]);
/* The whole of a stream, malloc'ed. 0 or negative errno. */
int dt_slurp(FILE *fp, char **text, size_t *len);
/* A provider or a module: #pragma D depends_on. */
bool dt_is_here(dtrace_hdl_t *h, const char *kind, const char *name);

/* library.c: the D libraries, the first time. 0 or -1 with the handle's error set. */
int dt_libraries_load(dtrace_hdl_t *h);
/* Those that a program's text, or one of its arguments, names something of. */
int dt_libraries_for(dtrace_hdl_t *h, const struct dt_source *src, int argc, char *const argv[]);

uint64_t dt_now(void);

#endif
