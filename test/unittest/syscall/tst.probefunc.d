/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BV-36: names of system calls in one clause for many.
 * @@trigger: calls getppid=2 getpgid=3 lseek=1
 */

#pragma D option quiet

syscall::getppid:entry, syscall::getpgid:entry, syscall::lseek:return
/pid == $target/
{
	@[probefunc, probename] = count();
}
