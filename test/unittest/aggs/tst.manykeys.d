/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-01: more keys than one snapshot carries.
 */

#pragma D option quiet

#pragma D option aggrate=10ms

int n;

tick-1ms
/n < 200/
{
	@[n % 20] = sum(1);
	n++;
}

tick-1ms
/n == 200/
{
	exit(0);
}
