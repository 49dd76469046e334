/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PID-03: with a glob, one of a function's names; which one of them a description uses, it is that.
 *
 * @@trigger: funcs
 */

#pragma D option quiet

pid$target:a.out:double*:entry,
pid$target:a.out:twi*:return
{
	printf("%s %s\n", probefunc, probename);
}
