/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-05: aggregations inside branches.
 */

#pragma D option quiet

int n;

tick-1ms
{
	n++;
	if (n % 2)
		@odd = count();
	else
		@even = sum(n);
}

tick-1ms
/n == 6/
{
	exit(0);
}
