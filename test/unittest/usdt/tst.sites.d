/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A probe at two places, with its arguments at others in each; a name as the note has it, or as it is
 * published; a semaphore that is up as long as somebody listens.
 *
 * @@trigger: usdt 3
 */

#pragma D option quiet

trig$target:::two-sites
{
	printf("%s %d %d\n", probename, arg0, arg1);
	@ = count();
}

trig$target:usdt:fire:two__sites
/arg1/
{
	printf("again %s %d\n", probename, arg1);
}

trig$target::main:on-demand
{
	printf("%s %d\n", probename, args[0]);
}
