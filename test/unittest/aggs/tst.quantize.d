/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-08, AO-01..03: quantize().
 */

#pragma D option quiet

int n;

tick-1ms
{
	@ = quantize(n < 3 ? 1 : n < 12 ? 3 : 5);
	n++;
}

tick-1ms
/n == 13/
{
	exit(0);
}
