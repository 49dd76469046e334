#!/usr/sbin/dtrace -qs
/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * syscalls.d -- system calls by program and name, until Ctrl-C; the 20 most frequent.
 *
 *	# scripts/syscalls.d
 *	Counting system calls; Ctrl-C to end.
 *	^C
 *	PROGRAM          CALL                    COUNT
 *	sshd             rt_sigprocmask            118
 *	ls               newfstatat               2231
 *	ls               getdents64               2968
 */

BEGIN
{
	printf("Counting system calls; Ctrl-C to end.\n");
}

syscall:::entry
{
	@calls[execname, probefunc] = count();
}

END
{
	trunc(@calls, 20);
	printf("\n%-16s %-20s %8s\n", "PROGRAM", "CALL", "COUNT");
	printa("%-16s %-20s %@8d\n", @calls);
}
