/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stopwatch of `make bench`. Each mode prints one line of JSON.
 *
 *	cost start N COMMAND...
 *		runs COMMAND N times: the least and median ns from start to exit, and the greatest
 *		ru_maxrss, in KiB
 *	cost loop BATCHES CALLS [COMMAND...]
 *		starts COMMAND, waits until it has printed "ready", times BATCHES times CALLS getppid
 *		calls on one CPU, ends it by SIGINT: ns and time stamp counter for one call, the least
 *		and median batch. (Under -icount the counter counts instructions.)
 *	cost read, cost func, cost usdt
 *		likewise: read() of one byte of /dev/zero; calls of cost_point() in this program; a
 *		probe of its own, bench:::point
 *	cost rate MS PER_SECOND OUTPUT COMMAND...
 *		as loop, but for MS milliseconds at a steady rate (0: as fast as it goes), and
 *		COMMAND's output stays in the file OUTPUT: how many calls were made, and how many ns
 *		that took
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "../test/triggers/probes.h"

#define READY_SECONDS 120

static void die(const char *what)
{
	fprintf(stderr, "cost: %s: %s\n", what, strerror(errno));
	exit(1);
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void pause_ms(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

static int by_value(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return (x > y) - (x < y);
}

static long long *numbers(long n)
{
	long long *v = calloc((size_t)(n > 0 ? n : 1), sizeof(*v));

	if (!v)
		die("calloc");
	return v;
}

/* Starts a command with its output in `out`. Only CPUs other than the loop's, if there are any. */
static pid_t start(char **argv, const char *out)
{
	pid_t pid = fork();

	if (pid == 0) {
		int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600),
		    null = open("/dev/null", O_RDWR);

		if (fd < 0 || null < 0)
			die(out);
		dup2(null, 0);
		dup2(fd, 1);
		if (!getenv("COST_VERBOSE"))
			dup2(null, 2);
		execvp(argv[0], argv);
		die(argv[0]);
	}
	if (pid < 0)
		die("fork");
	return pid;
}

static void start_to_exit(long n, char **argv)
{
	long long *ns = numbers(n);
	long rss = 0;

	for (long i = 0; i < n; i++) {
		struct rusage ru;
		long long t = now();
		int status;
		pid_t pid = start(argv, "/dev/null");

		if (wait4(pid, &status, 0, &ru) < 0)
			die("wait4");
		ns[i] = now() - t;
		if (!WIFEXITED(status) || WEXITSTATUS(status)) {
			fprintf(stderr, "cost: %s failed\n", argv[0]);
			exit(1);
		}
		if (ru.ru_maxrss > rss)
			rss = ru.ru_maxrss;
	}
	qsort(ns, (size_t)n, sizeof(*ns), by_value);
	printf("{\"ns_min\": %lld, \"ns_median\": %lld, \"maxrss_kib\": %ld}\n", ns[0], ns[n / 2],
	       rss);
	free(ns);
}

static void wait_until_ready(pid_t pid, const char *out)
{
	char buf[4096];

	for (long i = 0; i < READY_SECONDS * 20; i++) {
		int fd = open(out, O_RDONLY);
		ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);

		close(fd);
		if (n > 0) {
			buf[n] = '\0';
			if (strstr(buf, "ready")) {
				pause_ms(300);
				return;
			}
		}
		if (waitpid(pid, NULL, WNOHANG) == pid) {
			fprintf(stderr, "cost: the command ended before it was ready\n");
			exit(1);
		}
		pause_ms(50);
	}
	kill(pid, SIGKILL);
	fprintf(stderr, "cost: the command was not ready after %d s\n", READY_SECONDS);
	exit(1);
}

static void stop(pid_t pid)
{
	kill(pid, SIGINT);
	if (waitpid(pid, NULL, 0) < 0)
		die("waitpid");
}

static void pin(void)
{
	cpu_set_t set;
	int cpu = sched_getcpu();

	CPU_ZERO(&set);
	CPU_SET(cpu < 0 ? 0 : cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void call_kernel(long i)
{
	(void)i;
	syscall(SYS_getppid);
}

static void call_read(long i)
{
	static int zero = -1;
	char byte;

	(void)i;
	if (zero < 0)
		zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	if (read(zero, &byte, 1) != 1)
		die("read");
}

/* Begins as functions do: with a push. */
__attribute__((noinline)) void cost_point(long i);
void cost_point(long i)
{
	__asm__ volatile("" ::"r"(i) : "rbx", "memory");
}

static void fire(long i)
{
	PROBE(bench, point, "8@%0", "r"(i));
}

static void time_loop(void (*call)(long), long batches, long calls, char **argv)
{
	long long *ns = numbers(batches), *tsc = numbers(batches);
	char out[] = "/tmp/cost.XXXXXX";
	int fd = mkstemp(out);
	pid_t pid = 0;

	if (fd < 0)
		die(out);
	close(fd);
	if (*argv) {
		pid = start(argv, out);
		wait_until_ready(pid, out);
	}
	pin();
	for (long b = 0; b < batches; b++) {
		long long t = now(), c = (long long)__rdtsc();

		for (long i = 0; i < calls; i++)
			call(i);
		tsc[b] = (long long)__rdtsc() - c;
		ns[b] = now() - t;
	}
	if (pid)
		stop(pid);
	unlink(out);
	qsort(ns, (size_t)batches, sizeof(*ns), by_value);
	qsort(tsc, (size_t)batches, sizeof(*tsc), by_value);
	printf("{\"ns_min\": %.2f, \"ns_median\": %.2f, \"tsc_min\": %.2f, \"tsc_median\": %.2f}\n",
	       (double)ns[0] / (double)calls, (double)ns[batches / 2] / (double)calls,
	       (double)tsc[0] / (double)calls, (double)tsc[batches / 2] / (double)calls);
	free(ns);
	free(tsc);
}

static void steady_rate(long ms, long per_second, const char *out, char **argv)
{
	pid_t pid = start(argv, out);
	long long begin, end, t, n = 0;

	wait_until_ready(pid, out);
	pin();
	begin = t = now();
	end = begin + ms * 1000000LL;
	while (t < end) {
		/* what should have been called by now, in steps of at most a hundred */
		long long due =
			per_second
				? (long long)((double)(t - begin) * 1e-9 * (double)per_second) - n
				: 100;

		for (long long i = 0; i < due && i < 100; i++, n++)
			syscall(SYS_getppid);
		t = now();
	}
	stop(pid);
	printf("{\"calls\": %lld, \"ns\": %lld}\n", n, t - begin);
}

int main(int argc, char **argv)
{
	if (argc > 3 && !strcmp(argv[1], "start"))
		start_to_exit(atol(argv[2]), argv + 3);
	else if (argc > 3 && !strcmp(argv[1], "loop"))
		time_loop(call_kernel, atol(argv[2]), atol(argv[3]), argv + 4);
	else if (argc > 3 && !strcmp(argv[1], "read"))
		time_loop(call_read, atol(argv[2]), atol(argv[3]), argv + 4);
	else if (argc > 3 && !strcmp(argv[1], "func"))
		time_loop(cost_point, atol(argv[2]), atol(argv[3]), argv + 4);
	else if (argc > 3 && !strcmp(argv[1], "usdt"))
		time_loop(fire, atol(argv[2]), atol(argv[3]), argv + 4);
	else if (argc > 5 && !strcmp(argv[1], "rate"))
		steady_rate(atol(argv[2]), atol(argv[3]), argv[4], argv + 5);
	else {
		fprintf(stderr, "usage: cost start|loop|read|func|usdt|rate ... (see cost.c)\n");
		return 2;
	}
	return 0;
}
