/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * long chains of pointers in the kernel; a name as a string.
 */

#pragma D option quiet

BEGIN
{
	this->f = curthread->flags;
	this->s = curthread->on_cpu;
	printf("%d %d\n", this->s == 1, curthread->prio > 0);
	printf("%d\n", curthread->files->fdt->max_fds > 0);
	printf("%s\n", stringof(curthread->nsproxy->uts_ns->name.sysname));
	exit(0);
}
