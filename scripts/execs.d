#!/usr/sbin/dtrace -qs
/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * execs.d -- programs as they are started, with their arguments, who started them, and those that could
 * not be.
 *
 *	# scripts/execs.d
 *	  PPID     PID ERR PROGRAM          ARGUMENTS
 *	 14203   14207   0 cat              cat /etc/hostname
 *	 14203   14208   2 bash             /usr/local/bin/nosuch
 */

BEGIN
{
	printf("%6s %7s %3s %-16s %s\n", "PPID", "PID", "ERR", "PROGRAM", "ARGUMENTS");
}

proc:::exec-success
{
	printf("%6d %7d %3d %-16s %s\n", ppid, pid, 0, execname, curpsinfo->pr_psargs);
}

/* the path can be read now: the kernel has read it, too */
syscall::execve:entry
{
	self->path = arg0;
}

syscall::execveat:entry
{
	self->path = arg1;
}

proc:::exec-failure
/self->path/
{
	printf("%6d %7d %3d %-16s %s\n", ppid, pid, args[0], execname, copyinstr(self->path));
}

syscall::execve:return, syscall::execveat:return
{
	self->path = 0;
}
