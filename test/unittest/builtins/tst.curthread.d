/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BV-13: curthread, typed by the kernel.
 */

#pragma D option quiet

BEGIN
{
	printf("%d %d\n", curthread != NULL, curthread->tgid == $pid);
	printf("%s\n", stringof(curthread->comm));
	printf("%d\n", curthread->real_parent->tgid == ppid);
	exit(0);
}
