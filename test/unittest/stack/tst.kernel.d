/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * F-05: a stack in a system call has frames of the kernel.
 * @@trigger: calls getppid=1
 */

#pragma D option quiet

syscall::getppid:entry
/pid == $target/
{
	stack(3);
	exit(0);
}
