/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * F-06: a user stack goes through the functions of the program.
 * @@trigger: stack
 */

#pragma D option quiet

syscall::getppid:entry
/pid == $target/
{
	ustack();
	exit(0);
}
