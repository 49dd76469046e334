/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VAR-02: a few hundred elements, from one key to another.
 */

#pragma D option quiet

int n;

tick-1ms
{
	a[n] = n * n;
	n++;
}

tick-1ms
/n == 50/
{
	printf("%d %d %d %d\n", a[0], a[7], a[49], a[50]);
	exit(0);
}
