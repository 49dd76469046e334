/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OP-06, OP-07: comparisons, signed.
 */

#pragma D option quiet

int x, y;
int64_t m;

BEGIN
{
	x = -3;
	y = 3;
	m = -9223372036854775807;
	printf("%d\n", 1 < 2);
	printf("%d\n", 2 < 1);
	printf("%d\n", x < y);
	printf("%d\n", x <= x);
	printf("%d\n", x > y);
	printf("%d\n", y >= x);
	printf("%d\n", x == -3);
	printf("%d\n", x != -3);
	printf("%d\n", x == y);
	printf("%d\n", x < 0);
	printf("%d\n", m < x);
	exit(0);
}
