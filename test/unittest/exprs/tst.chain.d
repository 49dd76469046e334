/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EXP: chains of pointers to kernel structs, from a this-> pointer.
 */

#pragma D option quiet

BEGIN
{
	this->t = curthread;
	printf("%d %d\n", this->t->real_parent->tgid == ppid, this->t->group_leader->pid == pid);
	exit(0);
}
