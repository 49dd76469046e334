/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * USDT-09: arguments in registers, parts of registers, constants, and memory of every kind of address;
 * the tenth is floating point, which cannot be read.
 *
 * @@trigger: usdt 2
 */

#pragma D option quiet

trig$target:::plain
{
	printf("%s %s %s\n", probemod, probefunc, probename);
	printf("%d %s %d %d %d %d %d %x %d %d\n", arg0, copyinstr(arg1), arg2, arg3, arg4, arg5, arg6,
	    arg7, arg8, arg9);
	printf("%d %d %d %d\n", args[0], args[4], args[5], args[8]);
	@[sizeof(args[0]), sizeof(args[4]), sizeof(args[1]), sizeof(args[7])] = count();
}
