#!/usr/sbin/dtrace -qs
/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rwbytes.d -- bytes read and written by each program, every 5 seconds, the busiest last.
 *
 *	# scripts/rwbytes.d
 *	2026 Mar  4 10:12:05
 *	PROGRAM                  READ        WRITTEN
 *	sshd                     4096           1204
 *	tar                  91570176       91563008
 */

syscall::read:return, syscall::pread64:return
/(int64_t)arg0 > 0/
{
	@r[execname] = sum(arg0);
}

syscall::write:return, syscall::pwrite64:return
/(int64_t)arg0 > 0/
{
	@w[execname] = sum(arg0);
}

tick-5s
{
	printf("%Y\n%-16s %12s %14s\n", walltimestamp, "PROGRAM", "READ", "WRITTEN");
	printa("%-16s %@12d %@14d\n", @r, @w);
	trunc(@r);
	trunc(@w);
}
