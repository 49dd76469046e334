/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EXP-01: comparisons of mixed sign.
 */

#pragma D option quiet

int x;
uint32_t u;
uint8_t b;
int64_t l;
uint64_t q, big;

BEGIN
{
	x = -1;
	u = 1;
	b = 1;
	l = -1;
	q = 1;
	big = 9223372036854775808U;
	printf("%d\n", x < u);
	printf("%d\n", x > u);
	printf("%d\n", x < b);
	printf("%d\n", l < u);
	printf("%d\n", l < q);
	printf("%d\n", big > 1);
	printf("%d\n", x == (int)4294967295U);
	exit(0);
}
