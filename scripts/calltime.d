#!/usr/sbin/dtrace -qs
/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calltime.d -- how long the system calls of a command take, in nanoseconds, by call.
 *
 *	# dtrace -qs scripts/calltime.d -c 'sleep 0.1'
 *	...
 *	  clock_nanosleep
 *	           value  ------------- Distribution ------------- count
 *	        33554432 |                                         0
 *	        67108864 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 1
 *	       134217728 |                                         0
 */

syscall:::entry
/pid == $target/
{
	self->start = timestamp;
}

syscall:::return
/self->start/
{
	@[probefunc] = quantize(timestamp - self->start);
	self->start = 0;
}
