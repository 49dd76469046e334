/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * funcs [N [THREADS]] -- functions to trace: ten() with ten arguments once; add() N times (1) in
 * each of THREADS threads (none), or in main, whose malloc(12345) comes as often; twice() by two
 * names; in a child, add() 7 times. All on one CPU, so that it is seen in order.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile long sink;
static jmp_buf back;

__attribute__((noinline)) long ten(long a, long b, long c, long d, long e, long f, long g, long h,
				   long i, long j);
long ten(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j)
{
	return a + b + c + d + e + f + g + h + i + j;
}

__attribute__((noinline)) long add(long i);
long add(long i)
{
	return i + 1000;
}

__attribute__((noinline)) long twice(long i);
long twice(long i)
{
	return 2 * i;
}
long double_of(long i) __attribute__((alias("twice")));

static void *run(void *arg)
{
	for (long i = 0; i < *(long *)arg; i++)
		sink += add(i);
	return NULL;
}

int main(int argc, char **argv)
{
	long n = argc > 1 ? atol(argv[1]) : 1, threads = argc > 2 ? atol(argv[2]) : 0;
	pthread_t t[16];
	cpu_set_t one;
	pid_t pid;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		return 1;
	sink = ten(1, 2, 3, -4, 5, 6, 7, 8, 9, 10);
	for (long i = 0; i < n && !threads; i++) {
		sink += add(i);
		free(malloc(12345));
	}
	for (long i = 0; i < threads && i < 16; i++)
		if (pthread_create(&t[i], NULL, run, &n))
			return 1;
	for (long i = 0; i < threads && i < 16; i++)
		pthread_join(t[i], NULL);
	if (!setjmp(back))
		longjmp(back, 1);
	sink += twice(21);
	pid = fork();
	if (pid < 0)
		return 1;
	if (!pid) {
		n = 7;
		run(&n);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	return 0;
}
