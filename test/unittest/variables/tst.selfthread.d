/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VAR-03: each thread has its own; ++ makes an int64_t of what was never assigned.
 * @@trigger: threads 2 3
 */

#pragma D option quiet

syscall::getppid:entry
/pid == $target/
{
	self->n++;
	@n[self->n] = count();
}
