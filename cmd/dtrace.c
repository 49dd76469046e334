/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dtrace(1): the main program, in the order of its work (C-34): the command line, the handle and
 * its options, processes, compilation, then tracing until there is a reason to stop.
 *
 * Notices and errors go to stderr, what is traced to stdout or to -o's file.
 */
#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "cmd.h"

/* ------------------------------------------------------------------ messages */

void complain(const char *fmt, ...)
{
	va_list ap;

	fputs("dtrace: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

static bool option_set(struct app *app, const char *name)
{
	int64_t v;

	return !dtrace_getopt(app->h, name, &v) && v == 1;
}

void notice(struct app *app, const char *fmt, ...)
{
	va_list ap;

	if (option_set(app, "quiet"))
		return;
	fputs("dtrace: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

void complain_library(struct app *app, const char *what)
{
	int err = dtrace_errno(app->h);

	if (err == EDT_COMPILER)
		dtrace_diagnostics(app->h, stderr);
	else if (what)
		complain("%s: %s", what, dtrace_errmsg(app->h, err));
	else
		complain("%s", dtrace_errmsg(app->h, err));
}

/* ------------------------------------------------------------------ signals */

/* What a signal handler can reach. Set once, before the handlers are installed. */
static struct {
	dtrace_hdl_t *h;
	volatile sig_atomic_t asked; /* to stop, by a signal */
} sig;

static void on_stop(int signo)
{
	(void)signo;
	if (sig.asked++) /* the second time: at once. Nothing stays behind in the kernel. */
		_exit(EXIT_ERROR);
	dtrace_interrupt(sig.h);
}

static void on_pipe(int signo)
{
	(void)signo; /* write() says EPIPE; unlike SIG_IGN, a handler is not passed on by exec() */
}

static void install_signals(struct app *app)
{
	static const int stops[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction sa = {.sa_handler = on_stop, .sa_flags = SA_RESTART}, old;

	sig.h = app->h;
	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
		if (stops[i] == SIGINT ||
		    (!sigaction(stops[i], NULL, &old) && old.sa_handler != SIG_IGN))
			sigaction(stops[i], &sa, NULL);
	sa.sa_handler = on_pipe;
	sigaction(SIGPIPE, &sa, NULL);
}

/* ------------------------------------------------------------------ setting up */

/* C-31: root, or the capabilities that stand for it. */
static bool privileged(void)
{
	struct __user_cap_header_struct hdr = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {0};
	uint64_t caps;

	if (syscall(SYS_capget, &hdr, data))
		return geteuid() == 0;
	caps = data[0].effective | (uint64_t)data[1].effective << 32;
	if (caps & 1ull << CAP_SYS_ADMIN)
		return true;
	return caps & 1ull << 38 && caps & 1ull << 39; /* CAP_PERFMON, CAP_BPF */
}

static int open_handle(struct app *app)
{
	int err = 0;

	app->h = dtrace_open(DTRACE_VERSION, 0, &err);
	if (!app->h) {
		complain("failed to initialize dtrace: %s", dtrace_errmsg(NULL, err));
		return -1;
	}
	if (dtrace_setopt_env(app->h)) {
		complain_library(app, "failed to set options");
		return -1;
	}
	for (int i = 0; i < app->nsettings; i++) {
		const struct setting *s = &app->settings[i];

		if (!dtrace_setopt(app->h, s->name, s->value))
			continue;
		complain("failed to set option %s%s%s: %s", s->name, s->value ? "=" : "",
			 s->value ? s->value : "", dtrace_errmsg(app->h, dtrace_errno(app->h)));
		return -1;
	}
	return 0;
}

/* -c: split on blanks, no quoting (C-05). */
static int create_process(struct app *app, const char *cmd)
{
	char *text = strdup(cmd), *save = NULL, *word;
	char **argv = calloc(strlen(cmd) / 2 + 2, sizeof(*argv));
	int n = 0, rc = -1;

	if (!text || !argv) {
		complain("out of memory");
		goto out;
	}
	for (word = strtok_r(text, " \t\n", &save); word; word = strtok_r(NULL, " \t\n", &save))
		argv[n++] = word;
	if (!n) {
		complain("-c needs a command");
		goto out;
	}
	if (!dtrace_proc_create(app->h, argv[0], argv)) {
		complain_library(app, NULL);
		goto out;
	}
	rc = 0;
out:
	free(text);
	free(argv);
	return rc;
}

static int grab_process(struct app *app, const char *arg)
{
	char *end;
	long pid;

	errno = 0;
	pid = strtol(arg, &end, 10);
	if (errno || *end || end == arg || pid <= 0 || pid > INT32_MAX) {
		complain("invalid process id: %s", arg);
		return -1;
	}
	if (!dtrace_proc_grab(app->h, (pid_t)pid)) {
		complain_library(app, NULL);
		return -1;
	}
	return 0;
}

static int start_processes(struct app *app)
{
	for (int i = 0; i < app->ncreate; i++)
		if (create_process(app, app->create[i]))
			return -1;
	for (int i = 0; i < app->ngrab; i++)
		if (grab_process(app, app->grab[i]))
			return -1;
	return 0;
}

/* ------------------------------------------------------------------ compiling */

static int compile_script(struct app *app, struct command *c, unsigned cflags)
{
	bool is_stdin = !strcmp(c->arg, "-");
	FILE *fp = is_stdin ? stdin : fopen(c->arg, "re");

	if (!fp) {
		complain("failed to open %s: %s", c->arg, strerror(errno));
		return -1;
	}
	c->prog = dtrace_program_fcompile(app->h, fp, c->arg,
					  cflags | (app->preprocess ? DTRACE_C_CPP : 0), app->nargs,
					  app->args);
	if (!is_stdin)
		fclose(fp);
	return c->prog ? 0 : -1;
}

int compile_all(struct app *app, unsigned cflags)
{
	for (int i = 0; i < app->ncmds; i++) {
		struct command *c = &app->cmds[i];

		/* What is reported: the description, without predicate and body. */
		c->name = c->script ? strdup(c->arg) : strndup(c->arg, strcspn(c->arg, "{/;"));
		if (!c->name) {
			complain("out of memory");
			return -1;
		}
		if (c->script) {
			if (compile_script(app, c, cflags)) {
				if (dtrace_errno(app->h))
					complain_library(app, NULL);
				return -1;
			}
			continue;
		}
		c->prog = dtrace_program_strcompile(app->h, c->arg, c->spec, cflags, app->nargs,
						    app->args);
		if (!c->prog) {
			complain_library(app, NULL);
			return -1;
		}
	}
	return 0;
}

static int enable_all(struct app *app)
{
	unsigned total = 0;

	for (int i = 0; i < app->ncmds; i++) {
		struct command *c = &app->cmds[i];
		const char *desc = c->script ? "script" : "description";
		dtrace_proginfo_t info;

		if (dtrace_program_exec(app->h, c->prog, &info)) {
			complain("failed to enable '%s': %s", c->name,
				 dtrace_errmsg(app->h, dtrace_errno(app->h)));
			return -1;
		}
		total += info.probes;
		if (!app->compile_only)
			notice(app, "%s '%s' matched %u probe%s", desc, c->name, info.probes,
			       info.probes == 1 ? "" : "s");
		if (app->verbose) {
			fprintf(app->out, "\nStability attributes for %s %s:\n", desc, c->name);
			dtrace_program_stability(app->h, c->prog, app->out);
		}
	}
	if (!total && !app->compile_only && !option_set(app, "zdefs")) {
		complain("no probes %s", app->ncmds ? "matched" : "specified");
		return -1;
	}
	return 0;
}

/* ------------------------------------------------------------------ tracing */

static int output_failed(struct app *app)
{
	/* Whoever read our output has gone: there is nothing to say, and nobody to say it to. */
	if (dtrace_errno(app->h) != EPIPE)
		complain_library(app, "processing aborted");
	return EXIT_ERROR;
}

/* Buffers that did not fit were made smaller. */
static void tell_resized(struct app *app, int64_t asked)
{
	static const char units[] = "kmg";
	int64_t size;
	int u = -1;

	if (dtrace_getopt(app->h, "bufsize", &size) || size >= asked ||
	    option_set(app, "quietresize"))
		return;
	while (u < 2 && size % 1024 == 0) {
		size /= 1024;
		u++;
	}
	notice(app, "buffer size lowered to %lld%.*s", (long long)size, u >= 0,
	       u >= 0 ? &units[u] : "");
}

static const struct {
	const char *option, *name;
} rates[] = {{"statusrate", "status rate"},
	     {"switchrate", "switch rate"},
	     {"aggrate", "aggregation rate"}};
#define NRATES (sizeof(rates) / sizeof(rates[0]))

/* Rates that are beyond what can be done were changed: periods in ns, as asked for and as they are.
 */
static void tell_rates(struct app *app, const int64_t asked[NRATES])
{
	for (size_t i = 0; i < NRATES; i++) {
		int64_t is, second = 1000000000;
		const char *how;

		if (dtrace_getopt(app->h, rates[i].option, &is) || is == asked[i] || is <= 0)
			continue;
		how = is > asked[i] ? "reduced" : "increased";
		if (second % is == 0)
			notice(app, "%s %s to %lld hz", rates[i].name, how,
			       (long long)(second / is));
		else if (is % second == 0)
			notice(app, "%s %s to once every %lld seconds", rates[i].name, how,
			       (long long)(is / second));
		else
			notice(app, "%s %s to once every %lld nanoseconds", rates[i].name, how,
			       (long long)is);
	}
}

/* PC-06: what could not be attached does not keep the rest from being traced. */
static void tell_skipped(struct app *app)
{
	unsigned n = dtrace_skipped(app->h, app->verbose ? stderr : NULL);

	if (n && !app->verbose)
		notice(app, "%u probe%s left out: -v names %s", n, n == 1 ? " is" : "s are",
		       n == 1 ? "it" : "them");
}

#define SLOW_MANY 200

/* Said beforehand, so that who meant fewer can think again. */
static void tell_slow(struct app *app)
{
	unsigned n = dtrace_slow_probes(app->h);

	if (n > SLOW_MANY)
		notice(app,
		       "this kernel attaches to functions one by one: ending will take about %u "
		       "seconds for these %u",
		       n / 10, n);
}

static int trace(struct app *app)
{
	int64_t asked = 0, asked_rates[NRATES] = {0};
	dtrace_workstatus_t st;
	bool failed = false;

	dtrace_getopt(app->h, "bufsize", &asked);
	for (size_t i = 0; i < NRATES; i++)
		dtrace_getopt(app->h, rates[i].option, &asked_rates[i]);
	if (dtrace_generate(app->h)) {
		complain_library(app, "could not enable tracing");
		return EXIT_ERROR;
	}
	tell_slow(app);
	if (dtrace_go(app->h)) {
		complain_library(app, "could not enable tracing");
		return EXIT_ERROR;
	}
	tell_skipped(app);
	tell_resized(app, asked);
	tell_rates(app, asked_rates);
	do
		st = dtrace_work(app->h, app->out);
	while (st == DTRACE_WORKSTATUS_OKAY);
	if (st == DTRACE_WORKSTATUS_ERROR) {
		output_failed(app);
		failed = true;
	}
	if (sig.asked && !failed)
		fputc('\n', app->out); /* after the terminal's ^C */
	if (dtrace_stop(app->h, app->out) && !failed) {
		output_failed(app);
		failed = true;
	}
	if (failed)
		return EXIT_ERROR;
	fputc('\n', app->out);
	if (dtrace_aggregate_print(app->h, app->out))
		return output_failed(app);
	if (output_lost(app, app->out))
		return EXIT_ERROR;
	return dtrace_status(app->h) & 0xff;
}

/* What was said on this stream has not arrived: says why, unless nobody listens any more. */
int output_lost(struct app *app, FILE *fp)
{
	errno = 0;
	if (!fflush(fp) && !ferror(fp))
		return 0;
	if (!app->write_errno)
		app->write_errno = errno ? errno : EIO;
	if (app->write_errno != EPIPE)
		complain("cannot write the output: %s", strerror(app->write_errno));
	return -1;
}

static int print_version(struct app *app)
{
	printf("dtrace: %s\n", dtrace_version_string());
	if (app->verbose) {
		printf("this kernel:\n");
		dtrace_features(app->h, stdout);
	}
	return output_lost(app, stdout) ? EXIT_ERROR : EXIT_OKAY;
}

static int execute(struct app *app)
{
	if (compile_all(app, app->compile_only ? DTRACE_C_DUMP : 0) || enable_all(app))
		return EXIT_ERROR;
	if (app->compile_only) {
		if (dtrace_generate(app->h)) {
			complain_library(app, NULL);
			return EXIT_ERROR;
		}
		return output_lost(app, app->out) ? EXIT_ERROR : EXIT_OKAY;
	}
	if (option_set(app, "destructive"))
		notice(app, "allowing destructive actions");
	return trace(app);
}

static int run(struct app *app)
{
	if (app->mode == MODE_HELP) {
		usage(stdout);
		return output_lost(app, stdout) ? EXIT_ERROR : EXIT_OKAY;
	}
	if (app->mode != MODE_VERSION && !app->compile_only && !privileged()) {
		complain("tracing needs root, or the capabilities CAP_BPF and CAP_PERFMON");
		return EXIT_USAGE;
	}
	if (open_handle(app))
		return EXIT_ERROR;
	if (app->mode == MODE_VERSION)
		return print_version(app);
	if (app->outfile) {
		app->out = fopen(app->outfile, "ae");
		if (!app->out) {
			complain("failed to open output file '%s': %s", app->outfile,
				 strerror(errno));
			return EXIT_ERROR;
		}
	}
	setvbuf(app->out, NULL, _IOFBF, 65536); /* flushed after every drain */
	if (start_processes(app))
		return EXIT_ERROR;
	install_signals(app);
	return app->mode == MODE_LIST ? list_probes(app) : execute(app);
}

int main(int argc, char *argv[])
{
	struct app app = {.out = stdout};
	int status = parse_command_line(&app, argc, argv);

	if (status < 0)
		status = run(&app);
	dtrace_close(app.h);
	for (int i = 0; i < app.ncmds; i++)
		free(app.cmds[i].name);
	free(app.cmds);
	free(app.settings);
	free(app.create);
	free(app.grab);
	free(app.args);
	return status;
}
