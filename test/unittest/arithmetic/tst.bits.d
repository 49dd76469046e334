/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OP-08: & | ^ ~ on integers.
 */

#pragma D option quiet

int x;
uint64_t u;

BEGIN
{
	x = 0x34;
	u = 18446744073709551615U;
	printf("%d\n", 12 & 10);
	printf("%d\n", 12 | 10);
	printf("%d\n", 12 ^ 10);
	printf("%d\n", ~0);
	printf("%d\n", ~5);
	printf("%d\n", x & 0xf0);
	printf("%d\n", x | 3);
	printf("%d\n", x ^ x);
	printf("%d\n", ~x & 0xff);
	printf("%d\n", u & ~1);
	exit(0);
}
