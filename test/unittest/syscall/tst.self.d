/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VAR-03: the idiom of entry, return and a time in between.
 * @@trigger: calls sleep20=2
 */

#pragma D option quiet

syscall::nanosleep:entry, syscall::clock_nanosleep:entry
/pid == $target/
{
	self->ts = timestamp;
}

syscall::nanosleep:return, syscall::clock_nanosleep:return
/self->ts/
{
	this->ms = (timestamp - self->ts) / 1000000;
	printf("%d\n", this->ms >= 20 && this->ms < 20000);
	self->ts = 0;
}
