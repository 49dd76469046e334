/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PD-05: patterns.
 * @@trigger: calls getppid=2 getpgid=3 lseek=1
 */

#pragma D option quiet

syscall::getp?id:entry, syscall::l[rs]eek:entry
/pid == $target/
{
	@[probefunc] = count();
}
