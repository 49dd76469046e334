/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-06: copyin() of what is written.
 * @@trigger: calls write=1
 */

#pragma D option quiet

syscall::write:entry
/pid == $target && arg0 == 1000/
{
	this->p = (int *)copyin(arg1, 8);
	printf("%d %d\n", this->p[0], this->p[1]);
}
