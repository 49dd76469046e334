/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VAR-03: each thread has its own.
 * @@trigger: threads 2 3
 */

#pragma D option quiet

syscall::getppid:entry
/pid == $target/
{
	self->n++;
	@n[self->n] = count();
}
