/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SC-01: every call of a process is counted, once.
 * @@trigger: calls getppid=100
 */

#pragma D option quiet

syscall::getppid:entry
/pid == $target/
{
	@ = count();
}
