/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stack -- one getppid from inside a known chain of functions. The system call is made here, not in
 * libc, whose functions have no frame pointer.
 */
#include <sys/syscall.h>

static volatile long result; /* used after each call: nothing is a tail call */

__attribute__((noinline)) static void innermost(void)
{
	long r;

	__asm__ volatile("syscall" : "=a"(r) : "0"((long)SYS_getppid) : "rcx", "r11", "memory");
	result += r;
}

__attribute__((noinline)) static void middle(void)
{
	innermost();
	result++;
}

__attribute__((noinline)) static void outermost(void)
{
	middle();
	result++;
}

int main(void)
{
	outermost();
	return 0;
}
