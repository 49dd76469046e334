/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EXP: scalar and array members of the current thread.
 */

#pragma D option quiet

BEGIN
{
	printf("%d %d\n", curthread->pid == tid, curthread->tgid == pid);
	printf("%s\n", stringof(curthread->comm) == execname ? "same" : "no");
	exit(0);
}
