#!/usr/sbin/dtrace -qs
/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mallocs.d -- how much memory a process asks malloc for, how long that takes, and who asks for most.
 *
 *	# scripts/mallocs.d -c 'sort /etc/services'
 *	...
 *	  bytes asked for
 *	           value  ------------- Distribution ------------- count
 *	               2 |                                         0
 *	               4 |@@@@@@@@@                                48
 *	               8 |@@@                                      14
 *	...
 *	bytes, by caller:
 *	...
 *	libc.so.6`malloc
 *	sort`0x558c04f0be8d
 *	          832928
 */

pid$target:libc:malloc:entry
{
	self->since = timestamp;
	@sizes["bytes asked for"] = quantize(arg0);
	@callers[ustack(4)] = sum(arg0);
}

pid$target:libc:malloc:return
/self->since/
{
	@times["nanoseconds"] = quantize(timestamp - self->since);
	self->since = 0;
}

END
{
	printa(@sizes);
	printa(@times);
	trunc(@callers, 3);
	printf("bytes, by caller:\n");
	printa("%k%@16d\n", @callers);
}
