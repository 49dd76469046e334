/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libdtrace: compile D, trace, consume. The public interface; handles are opaque.
 *
 * Order of calls:
 *	dtrace_open, dtrace_setopt..., dtrace_proc_create/grab, dtrace_program_*compile,
 *	dtrace_program_exec, dtrace_go, dtrace_work until it says done, dtrace_stop,
 *	dtrace_aggregate_print, dtrace_close.
 *
 * Functions returning int give 0 or -1; then dtrace_errno() and dtrace_errmsg() tell why. One handle
 * is used by one thread at a time. Strings returned belong to the handle.
 */
#ifndef _DTRACE_H
#define _DTRACE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DTRACE_VERSION 1

typedef struct dtrace_hdl dtrace_hdl_t;
typedef struct dtrace_prog dtrace_prog_t;
typedef struct dtrace_proc dtrace_proc_t;

typedef enum dtrace_workstatus {
	DTRACE_WORKSTATUS_ERROR = -1,
	DTRACE_WORKSTATUS_OKAY,
	DTRACE_WORKSTATUS_DONE
} dtrace_workstatus_t;

typedef enum dtrace_probespec {
	DTRACE_PROBESPEC_PROVIDER, DTRACE_PROBESPEC_MOD, DTRACE_PROBESPEC_FUNC,
	DTRACE_PROBESPEC_NAME, DTRACE_PROBESPEC_ID
} dtrace_probespec_t;

/* Compile flags. */
#define DTRACE_C_ZDEFS 0x04 /* descriptions may match nothing */
#define DTRACE_C_CPP   0x02
#define DTRACE_C_EMPTY 0x08
#define DTRACE_C_DUMP  0x10 /* the dumps are all that is wanted: stop after the last stage dumped */

/* Error numbers beyond errno's. */
enum {
	EDT_BASE = 1000, EDT_VERSION, EDT_BADOPTNAME, EDT_BADOPTVAL, EDT_OPTCTX, EDT_NOPROBE,
	EDT_COMPILER, EDT_ACTIVE, EDT_DESTRUCTIVE, EDT_NOREG, EDT_ENABLING, EDT_CPPERR, EDT_ACCESS,
	EDT_PROC, EDT_BPF, EDT_OUTPUT
};

dtrace_hdl_t *dtrace_open(int version, int flags, int *errp);
void dtrace_close(dtrace_hdl_t *h);
int dtrace_errno(const dtrace_hdl_t *h);
/* The message for an error number; h's details are used if err is its last error. */
const char *dtrace_errmsg(dtrace_hdl_t *h, int err);
/* All the last compilation's diagnostics, with source lines and carets. */
void dtrace_diagnostics(dtrace_hdl_t *h, FILE *out);
const char *dtrace_version_string(void);	/* "Sun D 1.13"-like API string */

/* value NULL: boolean options are set. Names as in the manual: bufsize, quiet, strsize ... */
int dtrace_setopt(dtrace_hdl_t *h, const char *name, const char *value);
/* Booleans: 1 or DTRACEOPT_UNSET (-2); rates in ns; sizes in bytes. */
#define DTRACEOPT_UNSET ((int64_t)-2)
/* Every DTRACE_OPT_NAME=value in the environment; DTRACE_DEBUG is option debug. */
int dtrace_setopt_env(dtrace_hdl_t *h);
int dtrace_getopt(dtrace_hdl_t *h, const char *name, int64_t *value);

/* -c: started and held before its first instruction of main; -p: grabbed. NULL on failure. */
dtrace_proc_t *dtrace_proc_create(dtrace_hdl_t *h, const char *file, char *const argv[]);
dtrace_proc_t *dtrace_proc_grab(dtrace_hdl_t *h, pid_t pid);
void dtrace_proc_continue(dtrace_hdl_t *h, dtrace_proc_t *p);
pid_t dtrace_proc_getpid(const dtrace_proc_t *p);

dtrace_prog_t *dtrace_program_strcompile(dtrace_hdl_t *h, const char *text, dtrace_probespec_t spec,
					 unsigned cflags, int argc, char *const argv[]);
/* name: for messages. */
dtrace_prog_t *dtrace_program_fcompile(dtrace_hdl_t *h, FILE *fp, const char *name, unsigned cflags,
				       int argc, char *const argv[]);

typedef struct dtrace_proginfo {
	uint32_t clauses, probes; /* probes: enablings, as "matched N probes" counts them */
} dtrace_proginfo_t;
void dtrace_program_info(dtrace_hdl_t *h, dtrace_prog_t *p, dtrace_proginfo_t *info);
/* Adds the program to what dtrace_go will enable. */
int dtrace_program_exec(dtrace_hdl_t *h, dtrace_prog_t *p, dtrace_proginfo_t *info);
/* -v: the stability report of a program. */
void dtrace_program_stability(dtrace_hdl_t *h, dtrace_prog_t *p, FILE *out);

typedef struct dtrace_probedesc {
	uint32_t id;
	const char *prov, *mod, *func, *name;
} dtrace_probedesc_t;
typedef int dtrace_probe_f(dtrace_hdl_t *h, const dtrace_probedesc_t *pd, void *arg);
/* Each probe matching a description like "syscall:::entry" (NULL: all), by id. Returns how many, or
 * -1. arg types: dtrace_probe_info prints the -lv block of one. */
int dtrace_probe_iter(dtrace_hdl_t *h, const char *spec, dtrace_probespec_t kind, int argc,
		      char *const argv[], dtrace_probe_f *f, void *arg);
int dtrace_probe_info(dtrace_hdl_t *h, const dtrace_probedesc_t *pd, FILE *out);

/* Each probe that the descriptions of a program match, likewise. */
int dtrace_program_probes(dtrace_hdl_t *h, dtrace_prog_t *p, dtrace_probe_f *f, void *arg);

/* Generates code without loading it (-e). Option `dump` has the stages "tok", "ast", "typed", "ir",
 * "alloc", "bpf" and "maps" written to stdout as they are passed, `verbose` (-S) a listing to stderr. */
int dtrace_generate(dtrace_hdl_t *h);
/* After dtrace_generate: how many functions this kernel attaches to one at a time. Detaching takes it
 * about a tenth of a second for each. */
unsigned dtrace_slow_probes(dtrace_hdl_t *h);

/* Loads, attaches, runs BEGIN. All else may fire from the first dtrace_work() on, after that has
 * printed what BEGIN recorded; processes of -c continue then. */
int dtrace_go(dtrace_hdl_t *h);
/* After dtrace_go: how many probes were left out because they can't be attached here; each is named on
 * out, with the reason, unless out is NULL. */
unsigned dtrace_skipped(dtrace_hdl_t *h, FILE *out);
/* Waits for something to do (data, timers, a -c process ending, dtrace_interrupt), at most one
 * period, and does it: prints records to fp. */
dtrace_workstatus_t dtrace_work(dtrace_hdl_t *h, FILE *fp);
/* Async-signal-safe: makes dtrace_work return soon; the next call sees that stopping was asked. */
void dtrace_interrupt(dtrace_hdl_t *h);
/* Stops: END, last records, last snapshot. Idempotent. */
int dtrace_stop(dtrace_hdl_t *h, FILE *fp);
int dtrace_status(dtrace_hdl_t *h); /* exit()'s status, 0 if none */
int dtrace_aggregate_print(dtrace_hdl_t *h, FILE *fp);

typedef int dtrace_line_f(void *arg, const char *line);
int dtrace_handle_err(dtrace_hdl_t *h, dtrace_line_f *f, void *arg);
int dtrace_handle_drop(dtrace_hdl_t *h, dtrace_line_f *f, void *arg);
int dtrace_handle_buffered(dtrace_hdl_t *h, dtrace_line_f *f, void *arg);

/* dtrace -V -v: what the kernel was found to offer. */
void dtrace_features(dtrace_hdl_t *h, FILE *out);

#ifdef __cplusplus
}
#endif

#endif
