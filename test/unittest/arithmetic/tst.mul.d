/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OP-03: multiplication.
 */

#pragma D option quiet

long x;
int s;

BEGIN
{
	x = 100000;
	s = -1;
	printf("%d\n", 6 * 7);
	printf("%d\n", -6 * 7);
	printf("%d\n", -6 * -7);
	printf("%d\n", x * x);
	printf("%d\n", x * 0);
	printf("%d\n", s * s);
	printf("%d\n", 4294967296 * 2);
	exit(0);
}
