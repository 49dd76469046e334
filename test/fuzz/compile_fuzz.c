/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: any bytes as a D program, through all of the compiler and no kernel: text, tree,
 * checking with the real providers, plan, IR (verified before and after optimising), instructions,
 * linking. A refusal is fine; a message "internal error" is a bug, as what the sanitizers say is.
 *
 * Built with -DSTANDALONE: compile_fuzz FILE... runs these; compile_fuzz -t SECONDS [-s SEED] [-k
 * KEEP] FILE... bends and splices them for that long. The program under test is kept in the file
 * KEEP, so that it is there after a crash; one that takes over ten seconds is one, too.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "api/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n);

static void check(dtrace_hdl_t *h, const char *stage)
{
	int err = dtrace_errno(h);
	const char *msg = dtrace_errmsg(h, err);

	if (msg && strstr(msg, "internal error")) {
		fprintf(stderr, "%s: %s\n", stage, msg);
		abort();
	}
	if (err == EDT_COMPILER && !dt_failed(&h->diags)) {
		fprintf(stderr, "%s: refused without a message\n", stage);
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	static char *args[] = {"fuzz", "1", "two", NULL};
	static int quiet = -1;
	dtrace_prog_t *pg;
	dtrace_hdl_t *h;
	char *text;
	FILE *fp;
	int err;

	if (!n)
		return 0;
	h = dtrace_open(DTRACE_VERSION, 0, &err);
	if (!h)
		return 0;
	/* Both ends: a kernel that can everything, and one that can nothing. No kernel is asked. */
	for (int i = 0; i < FEAT_COUNT; i++)
		h->features.known[i] = n & 1 ? 1 : -1;
	dtrace_setopt(h, "argref", NULL);
	if (getenv("FUZZ_BTF"))
		dtrace_setopt(h, "btfpath", getenv("FUZZ_BTF"));
	if (n % 7 == 0)
		dtrace_setopt(h, "sink", "perf");
	if (n % 5 == 0)
		dtrace_setopt(h, "zdefs", NULL);
	fp = fmemopen((void *)(uintptr_t)in, n, "r");
	pg = fp ? dtrace_program_fcompile(h, fp, "fuzz", 0, 3, args) : NULL;
	if (fp)
		fclose(fp);
	if (!pg)
		check(h, "compile");
	else if (dtrace_program_exec(h, pg, NULL))
		check(h, "exec");
	else if (dtrace_generate(h))
		check(h, "generate");
	text = NULL;
	n = 0;
	fp = open_memstream(&text, &n);
	if (fp) {
		dtrace_diagnostics(h, fp);
		fclose(fp);
	}
	if (text && strstr(text, "internal error")) {
		fprintf(stderr, "%s", text);
		abort();
	}
	if (quiet < 0)
		quiet = !getenv("FUZZ_LOUD");
	if (!quiet)
		fprintf(stderr, "%s", text ? text : "");
	free(text);
	dtrace_close(h);
	return 0;
}

#ifdef STANDALONE
#define MAX     65536
#define LIMIT   10
#define NCORPUS 2000

struct text {
	char *p;
	size_t n;
};

static struct text corpus[NCORPUS];
static size_t ncorpus;
static uint64_t seed;
static char *keep;

static uint32_t rnd(uint32_t below)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(seed >> 33) % (below ? below : 1);
}

static int read_file(const char *path, struct text *t)
{
	FILE *f = fopen(path, "r");

	if (!f)
		return -1;
	t->p = malloc(MAX);
	t->n = t->p ? fread(t->p, 1, MAX, f) : 0;
	fclose(f);
	return t->p ? 0 : -1;
}

static void splice(struct text *s, size_t at, size_t to, const char *with, size_t n)
{
	if (s->n - (to - at) + n > MAX)
		return;
	memmove(s->p + at + n, s->p + to, s->n - to);
	memmove(s->p + at, with, n);
	s->n = s->n - (to - at) + n;
}

static int word(int c)
{
	return c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/* The token, or the balanced parenthesis, at or after `at`. */
static void token(const struct text *s, size_t at, size_t *from, size_t *to)
{
	int depth = 0;

	while (at < s->n && (s->p[at] == ' ' || s->p[at] == '\n' || s->p[at] == '\t'))
		at++;
	*from = at;
	if (at < s->n && word(s->p[at])) {
		while (at < s->n && word(s->p[at]))
			at++;
	} else if (at < s->n && strchr("([{", s->p[at])) {
		do {
			depth += strchr("([{", s->p[at]) ? 1 : strchr(")]}", s->p[at]) ? -1 : 0;
			at++;
		} while (at < s->n && depth);
	} else if (at < s->n) {
		at++;
	}
	*to = at;
}

static const char *const words[] = {"-1",
				    "0",
				    "1",
				    "2",
				    "8",
				    "0xffffffffffffffff",
				    "9223372036854775808",
				    "1 << 31",
				    "\"\"",
				    "\"text\"",
				    "\"%s %d %@d\"",
				    "'a'",
				    "arg0",
				    "arg1",
				    "args[0]",
				    "args[1]",
				    "pid",
				    "execname",
				    "probefunc",
				    "timestamp",
				    "curthread",
				    "curthread->comm",
				    "curthread->pid",
				    "stack()",
				    "ustack(3)",
				    "caller",
				    "self->x",
				    "this->y",
				    "self->s = execname;",
				    "this->s = probefunc;",
				    "a[1]",
				    "a[pid, execname]",
				    "a[pid, execname]++;",
				    "@",
				    "@[pid]",
				    "@ = count();",
				    "@q[pid] = quantize(arg0);",
				    "@l = lquantize(arg0, 0, 100, 10);",
				    "@m[stack()] = max(arg0);",
				    "printa(@);",
				    "trunc(@, 3);",
				    "clear(@);",
				    "normalize(@, 2);",
				    "$1",
				    "$2",
				    "$$2",
				    "$pid",
				    "copyinstr(arg0)",
				    "copyin(arg0, 8)",
				    "copyin(arg0, arg1)",
				    "stringof(arg0)",
				    "strlen(execname)",
				    "strjoin(execname, probefunc)",
				    "substr(probefunc, 1, 3)",
				    "strstr(execname, \"a\")",
				    "strchr(execname, 'a')",
				    "basename(probefunc)",
				    "lltostr(pid)",
				    "inet_ntoa((ipaddr_t *)arg0)",
				    "alloca(16)",
				    "rand()",
				    "tracemem(arg0, 32);",
				    "trace(execname);",
				    "trace(pid);",
				    "exit(0);",
				    "if (pid) {",
				    "} else {",
				    "}",
				    "{",
				    "(",
				    ")",
				    "[",
				    "]",
				    ";",
				    ",",
				    "/",
				    "+",
				    "-",
				    "*",
				    "%",
				    "<<",
				    ">>",
				    "&",
				    "&&",
				    "||",
				    "^^",
				    "!",
				    "~",
				    "?",
				    ":",
				    "=",
				    "+=",
				    "==",
				    "<",
				    "->",
				    ".",
				    "++",
				    "sizeof (int)",
				    "(char)",
				    "(int)",
				    "(string)",
				    "(struct task_struct *)",
				    "offsetof(struct task_struct, pid)",
				    "int",
				    "char",
				    "string",
				    "struct s { int a; char b; };",
				    "union",
				    "enum e { A, B };",
				    "typedef",
				    "inline int z = 3;",
				    "self int t;",
				    "this string u;",
				    "int g[int, string];",
				    "string w;",
				    "BEGIN",
				    "END",
				    "ERROR",
				    "tick-1s",
				    "profile-97",
				    "syscall:::entry",
				    "syscall::read:return",
				    "syscall::open*:",
				    "#pragma D option quiet\n",
				    "#pragma D option strsize=32\n",
				    "/*",
				    "*/",
				    "//",
				    "\\",
				    "`",
				    "`jiffies",
				    "errno",
				    "cpu",
				    "vtimestamp",
				    "walltimestamp",
				    "stackdepth",
				    "uregs[0]",
				    "epid",
				    "curcpu"};

static void mutate(struct text *s)
{
	size_t at = rnd((uint32_t)s->n + 1), from, to, a, b;
	const struct text *o = &corpus[rnd((uint32_t)ncorpus)];
	const char *w = words[rnd(sizeof(words) / sizeof(*words))];
	char tmp[4096];
	size_t n;

	token(s, at, &from, &to);
	switch (rnd(10)) {
	case 0: splice(s, from, to, "", 0); break;
	case 1:
	case 2: splice(s, from, from, w, strlen(w)); break;
	case 3:
	case 4: splice(s, from, to, w, strlen(w)); break;
	case 5: /* a token of another program */
	case 6:
		token(o, rnd((uint32_t)o->n + 1), &a, &b);
		splice(s, from, rnd(2) ? to : from, o->p + a, b - a);
		break;
	case 7: /* again, here or elsewhere */
		n = to - from < sizeof(tmp) ? to - from : sizeof(tmp);
		memcpy(tmp, s->p + from, n);
		for (uint32_t k = rnd(4) ? 1 : rnd(300); k; k--)
			splice(s, from, from, tmp, n);
		break;
	case 8:
		if (at < s->n)
			s->p[at] = (char)rnd(256);
		break;
	default: /* a piece of another program */
		a = rnd((uint32_t)o->n + 1);
		b = a + rnd(200) < o->n ? a + rnd(200) : o->n;
		splice(s, from, from, o->p + a, b > a ? b - a : 0);
		break;
	}
}

static void too_long(int signo)
{
	static const char msg[] = "compile_fuzz: a program took too long\n";

	(void)signo;
	if (write(STDERR_FILENO, msg, sizeof(msg) - 1) < 0)
		_exit(3);
	abort();
}

static void run(const struct text *s)
{
	FILE *f = keep ? fopen(keep, "w") : NULL;

	if (f) {
		fwrite(s->p, 1, s->n, f);
		fclose(f);
	}
	alarm(LIMIT);
	LLVMFuzzerTestOneInput((const uint8_t *)s->p, s->n);
	alarm(0);
}

int main(int argc, char **argv)
{
	struct text s = {.p = malloc(MAX)};
	unsigned long rounds = 0;
	time_t end = 0;
	int c;

	seed = (uint64_t)time(NULL);
	while ((c = getopt(argc, argv, "t:s:k:")) != -1) {
		if (c == 't')
			end = time(NULL) + atol(optarg);
		else if (c == 's')
			seed = strtoull(optarg, NULL, 0);
		else if (c == 'k')
			keep = optarg;
		else
			return 2;
	}
	signal(SIGALRM, too_long);
	for (int i = optind; i < argc && ncorpus < NCORPUS; i++) {
		if (read_file(argv[i], &corpus[ncorpus]))
			continue;
		run(&corpus[ncorpus]);
		ncorpus++;
	}
	printf("%zu programs as they are\n", ncorpus);
	fflush(stdout);
	if (end)
		printf("seed %llu\n", (unsigned long long)seed);
	fflush(stdout);
	for (; time(NULL) < end && ncorpus && s.p; rounds++) {
		const struct text *o = &corpus[rnd((uint32_t)ncorpus)];

		memcpy(s.p, o->p, o->n);
		s.n = o->n;
		for (uint32_t k = 1 + rnd(4); k; k--)
			mutate(&s);
		run(&s);
	}
	printf("%lu bent ones\n", rounds);
	for (size_t i = 0; i < ncorpus; i++)
		free(corpus[i].p);
	free(s.p);
	if (keep)
		unlink(keep);
	return 0;
}
#endif
