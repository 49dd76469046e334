/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BV-25: execname of the traced program.
 * @@trigger: calls getppid=1
 */

#pragma D option quiet

syscall::getppid:entry
/pid == $target/
{
	printf("%s %d %d\n", execname, strlen(execname), ppid == $pid);
	exit(0);
}
