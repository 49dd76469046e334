/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dtrace(1): what its files share. It sees nothing of the library but dtrace.h.
 */
#ifndef DT_CMD_H
#define DT_CMD_H

#include <stdbool.h>
#include <stdio.h>
#include "dtrace.h"

enum { EXIT_OKAY = 0, EXIT_ERROR = 1, EXIT_USAGE = 2 };

enum mode { MODE_EXEC, MODE_LIST, MODE_VERSION, MODE_HELP };

/* One -n, -f, -m, -P, -i or -s. */
struct command {
	bool script; /* arg is a file, not a clause */
	dtrace_probespec_t spec;
	const char *arg;
	char *name; /* as reported: the description without its clause */
	dtrace_prog_t *prog;
};

struct setting {
	const char *name, *value; /* of the library's options; value may be NULL */
};

struct app {
	dtrace_hdl_t *h;
	enum mode mode;
	bool compile_only, verbose, preprocess;
	int nmodes;
	const char *outfile;
	FILE *out;
	int write_errno; /* of the first write to it that failed, where that was seen */
	struct command *cmds;
	int ncmds;
	struct setting *settings;
	int nsettings;
	const char **create, **grab; /* -c, -p */
	int ncreate, ngrab;
	char **args; /* $0, $1 ... */
	int nargs;
	int status;
};

/* options.c: fills app. -1 to go on, or the exit status. */
int parse_command_line(struct app *app, int argc, char *argv[]);
void usage(FILE *out);

/* list.c */
int list_probes(struct app *app);

/* dtrace.c */
void complain(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* "dtrace: ...\n" */
void notice(struct app *app, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* What the library says of its last failure: its message, or all diagnostics of a compilation. */
int output_lost(struct app *app, FILE *fp);
void complain_library(struct app *app, const char *what);
/* Compiles all commands. cflags: DTRACE_C_*. */
int compile_all(struct app *app, unsigned cflags);

#endif
