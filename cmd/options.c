/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line: one table row a flag. Most flags set an option of the library or add a command;
 * the few others have a function.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include "cmd.h"

enum action {
	A_OPTION, /* sets the library's option `what` (to the flag's argument, if it has one) */
	A_CLAUSE, /* adds a clause; `value` says what its rightmost field is */
	A_SCRIPT,
	A_CREATE,
	A_GRAB,
	A_OUTPUT,
	A_SETTING,
	A_PREPROCESS,
	A_MODE, /* `value` */
	A_COMPILE_ONLY,
	A_VERBOSE,
	A_NOTHING,
	A_LATER, /* `what` comes later */
};

static const struct flag {
	char letter;
	const char *arg; /* name of its argument, or NULL */
	enum action action;
	const char *what;
	int value;
	const char *help; /* NULL: not in the usage text */
} flags[] = {
	{'n', "CLAUSE", A_CLAUSE, NULL, DTRACE_PROBESPEC_NAME,
	 "trace or list probes by name: [[[prov:]mod:]func:]name[/pred/][{...}]"},
	{'f', "CLAUSE", A_CLAUSE, NULL, DTRACE_PROBESPEC_FUNC, "likewise by function"},
	{'m', "CLAUSE", A_CLAUSE, NULL, DTRACE_PROBESPEC_MOD, "likewise by module"},
	{'P', "CLAUSE", A_CLAUSE, NULL, DTRACE_PROBESPEC_PROVIDER, "likewise by provider"},
	{'i', "ID", A_CLAUSE, NULL, DTRACE_PROBESPEC_ID, "likewise by probe id"},
	{'s', "FILE", A_SCRIPT, NULL, 0, "trace or list the probes of a D script"},
	{'c', "CMD", A_CREATE, NULL, 0, "run CMD, with $target its process id; stop when it ends"},
	{'p', "PID", A_GRAB, NULL, 0, "with $target PID; stop when it ends"},
	{'l', NULL, A_MODE, NULL, MODE_LIST, "list probes instead of tracing them"},
	{'e', NULL, A_COMPILE_ONLY, NULL, 0, "compile only"},
	{'q', NULL, A_OPTION, "quiet", 0, "print only what the program prints"},
	{'o', "FILE", A_OUTPUT, NULL, 0, "append the output to FILE"},
	{'b', "SIZE", A_OPTION, "bufsize", 0, "buffer size of each CPU, like 4m"},
	{'F', NULL, A_OPTION, "flowindent", 0, "indent entry and return probes"},
	{'w', NULL, A_OPTION, "destructive", 0, "allow destructive actions"},
	{'x', "OPT[=VAL]", A_SETTING, NULL, 0, "set an option"},
	{'Z', NULL, A_OPTION, "zdefs", 0, "let descriptions match no probe"},
	{'C', NULL, A_PREPROCESS, "cpp", 0, "run scripts through cpp"},
	{'D', "NAME[=VAL]", A_OPTION, "define", 0, "define a macro for cpp"},
	{'U', "NAME", A_OPTION, "undef", 0, "undefine a macro for cpp"},
	{'I', "DIR", A_OPTION, "incdir", 0, "look for cpp's include files in DIR"},
	{'H', NULL, A_OPTION, "cpphdrs", 0, "print the names of included files"},
	{'X', "a|c|s|t", A_OPTION, "stdc", 0, "how strictly cpp follows the C standard"},
	{'L', "DIR", A_OPTION, "libdir", 0, "look for D libraries in DIR, too"},
	{'S', NULL, A_OPTION, "verbose", 0, "print the code that D is compiled to"},
	{'v', NULL, A_VERBOSE, NULL, 0,
	 "verbose: stability of programs, arguments of listed probes"},
	{'V', NULL, A_MODE, NULL, MODE_VERSION,
	 "print the version (-v: and what this kernel offers)"},
	{'a', NULL, A_LATER, "anonymous tracing", 0, NULL},
	{'A', NULL, A_LATER, "anonymous tracing", 0, NULL},
	{'B', "FILE", A_LATER, "dumping buffered output", 0, NULL},
	{'d', NULL, A_LATER, "printing the program after syntactic sugar is expanded", 0, NULL},
	{'G', NULL, A_LATER, "making objects for USDT providers", 0, NULL},
	{'h', NULL, A_LATER, "making headers for USDT providers", 0, NULL},
	{'O', "ARG", A_LATER, "structured output", 0, NULL},
	{'W', "NAME", A_LATER, "waiting for a process to start", 0, NULL},
	{'3', NULL, A_LATER, "the 32-bit data model", 0, NULL}, /* -32 */
	{'6', NULL, A_NOTHING, NULL, 0, NULL},                  /* -64 */
	{'4', NULL, A_NOTHING, NULL, 0, NULL},
};
#define NFLAGS (sizeof(flags) / sizeof(flags[0]))

enum { LONG_HELP = 256, LONG_VERSION, LONG_LIBXO };

void usage(FILE *out)
{
	fprintf(out,
		"Usage: dtrace [-CeFHlqSvVwZ] [-n CLAUSE] [-s FILE] [-c CMD] [-p PID] [-o FILE]\n"
		"              [-x OPT[=VAL]] ... [ARG ...]\n\n");
	for (size_t i = 0; i < NFLAGS; i++)
		if (flags[i].help)
			fprintf(out, "  -%c %-12s %s\n", flags[i].letter,
				flags[i].arg ? flags[i].arg : "", flags[i].help);
	fprintf(out, "  --help          print this\n\n"
		     "ARGs are $1, $2 ... in the program. Example:\n"
		     "  dtrace -n 'syscall:::entry { @[execname] = count(); }'\n");
}

/* ------------------------------------------------------------------ collecting */

/* Appends a copy of *item to a malloc'ed array. */
static void *append(void *v, int *n, size_t size, const void *item)
{
	char *p = realloc(v, (size_t)(*n + 1) * size);

	if (!p) {
		complain("out of memory");
		exit(EXIT_ERROR);
	}
	memcpy(p + (size_t)*n * size, item, size);
	(*n)++;
	return p;
}

static void add_setting(struct app *app, const char *name, const char *value)
{
	struct setting s = {name, value};

	app->settings = append(app->settings, &app->nsettings, sizeof(s), &s);
}

static void add_command(struct app *app, bool script, int spec, const char *arg)
{
	struct command c = {.script = script, .spec = (dtrace_probespec_t)spec, .arg = arg};

	app->cmds = append(app->cmds, &app->ncmds, sizeof(c), &c);
}

/* -x name=value */
static void split_setting(struct app *app, char *arg)
{
	char *eq = strchr(arg, '=');

	if (eq)
		*eq = '\0';
	add_setting(app, arg, eq ? eq + 1 : NULL);
}

/* -1, or the exit status. */
static int apply(struct app *app, const struct flag *f, char *arg)
{
	switch (f->action) {
	case A_OPTION: add_setting(app, f->what, arg); break;
	case A_CLAUSE: add_command(app, false, f->value, arg); break;
	case A_SCRIPT:
		add_command(app, true, 0, arg);
		app->args[0] = arg; /* $0 */
		break;
	case A_CREATE: app->create = append(app->create, &app->ncreate, sizeof(arg), &arg); break;
	case A_GRAB: app->grab = append(app->grab, &app->ngrab, sizeof(arg), &arg); break;
	case A_OUTPUT: app->outfile = arg; break;
	case A_SETTING: split_setting(app, arg); break;
	case A_PREPROCESS: app->preprocess = true; break;
	case A_MODE:
		if (app->nmodes++ && app->mode != (enum mode)f->value) {
			complain("only one of the options -AGhlV can be given");
			return EXIT_USAGE;
		}
		app->mode = (enum mode)f->value;
		break;
	case A_COMPILE_ONLY: app->compile_only = true; break;
	case A_VERBOSE: app->verbose = true; break;
	case A_NOTHING: break;
	case A_LATER:
		complain("-%c%s: %s is not supported yet", f->letter, f->letter == '3' ? "2" : "",
			 f->what);
		return EXIT_ERROR;
	}
	return -1;
}

/* Exclusive modes are a mistake in the command line, whether they are supported or not (C-29). */
static int check_modes(int argc, char *argv[], const char *optstring, const struct option *longs)
{
	char seen = 0;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, optstring, longs, NULL)) != -1) {
		if (c >= 256 || !strchr("AGhlV", c))
			continue;
		if (seen && seen != c) {
			complain("only one of the options -AGhlV can be given");
			return EXIT_USAGE;
		}
		seen = (char)c;
	}
	optind = 0; /* start again */
	opterr = 1;
	return -1;
}

int parse_command_line(struct app *app, int argc, char *argv[])
{
	static const struct option longs[] = {{"help", no_argument, NULL, LONG_HELP},
					      {"version", no_argument, NULL, LONG_VERSION},
					      {"libxo", optional_argument, NULL, LONG_LIBXO},
					      {NULL, 0, NULL, 0}};
	char optstring[2 * NFLAGS + 1], *o = optstring;
	int c, rc;

	for (size_t i = 0; i < NFLAGS; i++) {
		*o++ = flags[i].letter;
		if (flags[i].arg)
			*o++ = ':';
	}
	*o = '\0';
	app->args = calloc((size_t)argc + 1, sizeof(*app->args));
	if (!app->args)
		return EXIT_ERROR;
	app->args[0] = argv[0];
	if (argc == 1) {
		usage(stderr);
		return EXIT_USAGE;
	}
	rc = check_modes(argc, argv, optstring, longs);
	while (rc < 0 && (c = getopt_long(argc, argv, optstring, longs, NULL)) != -1) {
		if (c == '?') {
			fprintf(stderr, "Try 'dtrace --help'.\n");
			return EXIT_USAGE;
		}
		if (c == LONG_HELP)
			app->mode = MODE_HELP;
		else if (c == LONG_VERSION)
			app->mode = MODE_VERSION;
		else if (c == LONG_VERSION)
			app->mode = MODE_VERSION;
		else if (c == LONG_LIBXO) {
			complain("--libxo: structured output is not supported yet");
			return EXIT_ERROR;
		}
		for (size_t i = 0; i < NFLAGS && rc < 0; i++)
			if (c == flags[i].letter)
				rc = apply(app, &flags[i], optarg);
	}
	app->nargs = 1;
	for (int i = optind; rc < 0 && i < argc; i++)
		app->args[app->nargs++] = argv[i];
	return rc;
}
