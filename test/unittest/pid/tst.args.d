/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PID-05: at entry six arguments are in registers, the others on the stack; at return arg1 is the
 * value, and arg0 nothing.
 *
 * @@trigger: funcs
 */

#pragma D option quiet

pid$target:a.out:ten:entry
{
	printf("%s %s %s\n", probemod, probefunc, probename);
	printf("%d %d %d %d %d %d %d %d %d %d\n", arg0, arg1, arg2, arg3, arg4, arg5, arg6, arg7,
	    arg8, arg9);
}

pid$target:a.out:ten:return
{
	printf("%s %s %d %d\n", probefunc, probename, arg0, arg1);
}

pid$target:a.out:add:return
{
	printf("%s %d\n", probefunc, arg1);
}
