/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OP-04: + and -, signed and unsigned.
 */

#pragma D option quiet

int x, y;
uint64_t u;

BEGIN
{
	x = -3;
	y = 8;
	u = 18446744073709551615U;
	printf("%d\n", 1 + 2);
	printf("%d\n", 1 - 2);
	printf("%d\n", -1 + -1);
	printf("%d\n", 2147483647 + 1L);
	printf("%d\n", x + y);
	printf("%d\n", x - y);
	printf("%d\n", y - x);
	printf("%d\n", u + 1);
	printf("%d\n", u - 1);
	printf("%d\n", x + 1 + y + 1);
	exit(0);
}
