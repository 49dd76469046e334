/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Table 3.2: precedence and associativity.
 */

#pragma D option quiet

BEGIN
{
	printf("%d\n", 2 + 3 * 4);
	printf("%d\n", (2 + 3) * 4);
	printf("%d\n", 10 - 4 - 3);
	printf("%d\n", 100 / 10 / 2);
	printf("%d\n", 1 << 2 + 1);
	printf("%d\n", 7 & 3 == 3);
	printf("%d\n", 1 | 2 ^ 3 & 2);
	printf("%d\n", 1 || 0 && 0);
	printf("%d\n", !0 + 1);
	printf("%d\n", -2 * -3);
	printf("%d\n", 5 - -3);
	printf("%d\n", 10 % 4 * 3);
	printf("%d\n", 1 < 2 == 1);
	printf("%d\n", ~1 & 3);
	exit(0);
}
