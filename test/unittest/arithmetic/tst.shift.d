/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OP-05: << and >>; a signed left operand is shifted arithmetically.
 */

#pragma D option quiet

long x;
uint64_t u;
uint32_t w;
int i, n;

BEGIN
{
	x = -8;
	u = 18446744073709551608U;
	w = 4294967295;
	i = -1;
	n = 4;
	printf("%d\n", 1 << 4);
	printf("%d\n", 256 >> 4);
	printf("%d\n", -8 >> 1);
	printf("%d\n", x >> 1);
	printf("%d\n", x >> 63);
	printf("%d\n", x << 2);
	printf("%d\n", u >> 1);
	printf("%d\n", u >> n);
	printf("%d\n", w >> 4);
	printf("%d\n", i >> 31);
	printf("%d\n", 1L << n + 1);
	exit(0);
}
