#!/usr/sbin/dtrace -qs
/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * opensnoop.d -- files as they are opened, with the result: a descriptor, or -1 and the error.
 *
 * The path is read when the call returns: before that its memory may not have been touched yet.
 *
 *	# scripts/opensnoop.d
 *	    PID PROGRAM          FD ERR PATH
 *	  14203 cat               3   0 /etc/hostname
 *	  14204 ls               -1   2 /nonexistent
 */

BEGIN
{
	printf("%7s %-16s %3s %3s %s\n", "PID", "PROGRAM", "FD", "ERR", "PATH");
}

syscall::open:entry
{
	self->path = arg0;
}

syscall::openat:entry
{
	self->path = arg1;
}

syscall::open:return, syscall::openat:return
/self->path/
{
	printf("%7d %-16s %3d %3d %s\n", pid, execname, errno ? -1 : (int)arg0, errno,
	    copyinstr(self->path));
	self->path = 0;
}
