/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OP-03: unsigned division of values with the top bit set.
 */

#pragma D option quiet

uint64_t u;
uint32_t w;

BEGIN
{
	u = 18446744073709551615U;
	w = 4294967295;
	printf("%d\n", u / 2);
	printf("%d\n", u % 10);
	printf("%d\n", u / u);
	printf("%d\n", 1 / u);
	printf("%d\n", w / 2);
	printf("%d\n", w % 16);
	exit(0);
}
