/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calls [fork=N] NAME=COUNT... -- makes each of these system calls COUNT times, in the order given,
 * and no others of their names: straight through syscall(2), so that a test can say what it must
 * see. Alone it stays on one CPU, so that what it does is seen in order. fork=N: N children do it
 * all, at once, and this process waits for them.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void call_getppid(long i)
{
	(void)i;
	syscall(SYS_getppid);
}

static void call_getpgid(long i)
{
	(void)i;
	syscall(SYS_getpgid, 0L);
}

static void call_seq(long i) /* the argument is the number of the call */
{
	syscall(SYS_getpgid, i);
}

static void call_lseek(long i)
{
	(void)i;
	syscall(SYS_lseek, 11L, -22L, 33L);
}

static void call_close(long i)
{
	(void)i;
	syscall(SYS_close, -1L);
}

static void call_openat(long i)
{
	(void)i;
	syscall(SYS_openat, (long)AT_FDCWD, "/nonexistent/file", (long)O_RDONLY, 0L);
}

static void call_write(long i)
{
	static const int data[] = {17, -4};

	(void)i;
	syscall(SYS_write, 1000L, data, sizeof(data));
}

static void call_nfsservctl(long i) /* which no kernel has had since 3.1 */
{
	(void)i;
	syscall(SYS_nfsservctl, 11L, 22L, 33L);
}

static void call_badwrite(long i)
{
	(void)i;
	syscall(SYS_write, 1001L, 0x10L, 4L);
}

static void call_sleep20(long i)
{
	struct timespec t = {0, 20000000};

	(void)i;
	nanosleep(&t, NULL);
}

/* Waits: until the standard input has something, or ends. */
static void call_read(long i)
{
	char c;

	(void)i;
	syscall(SYS_read, 0L, &c, 1L);
}

static const struct {
	const char *name;
	void (*call)(long i);
} calls[] = {
	{"getppid", call_getppid}, {"getpgid", call_getpgid},   {"seq", call_seq},
	{"lseek", call_lseek},     {"close", call_close},       {"openat", call_openat},
	{"write", call_write},     {"badwrite", call_badwrite}, {"nfsservctl", call_nfsservctl},
	{"sleep20", call_sleep20}, {"read", call_read},
};

static int run(char **argv)
{
	for (; *argv; argv++) {
		char *eq = strchr(*argv, '=');
		long n = eq ? atol(eq + 1) : 1, i;
		size_t len = eq ? (size_t)(eq - *argv) : strlen(*argv), k;

		for (k = 0; k < sizeof(calls) / sizeof(*calls); k++)
			if (strlen(calls[k].name) == len && !strncmp(calls[k].name, *argv, len))
				break;
		if (k == sizeof(calls) / sizeof(*calls)) {
			fprintf(stderr, "calls: %s?\n", *argv);
			return 2;
		}
		for (i = 0; i < n; i++)
			calls[k].call(i);
	}
	return 0;
}

int main(int argc, char **argv)
{
	long children = 0, i;

	if (argc > 1 && !strncmp(argv[1], "fork=", 5)) {
		children = atol(argv[1] + 5);
		argv++;
	}
	if (!children) {
		int cpu = sched_getcpu();
		cpu_set_t one;

		CPU_ZERO(&one);
		if (cpu >= 0 && cpu < CPU_SETSIZE) {
			CPU_SET(cpu, &one);
			sched_setaffinity(0, sizeof(one), &one);
		}
		return run(argv + 1);
	}
	for (i = 0; i < children; i++)
		if (fork() == 0)
			_exit(run(argv + 1));
	while (wait(NULL) > 0)
		;
	return 0;
}
