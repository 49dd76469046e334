/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * void pointers cast back; addresses of members.
 */

#pragma D option quiet

BEGIN
{
	x = (void *)curthread;
	y = (struct task_struct *)x;
	printf("%d %d\n", y->pid == tid, ((struct task_struct *)x)->tgid == pid);
	z = &curthread->pid;
	printf("%d\n", *z == tid);
	printf("%d\n", (uintptr_t)z - (uintptr_t)curthread == offsetof(struct task_struct, pid));
	exit(0);
}
