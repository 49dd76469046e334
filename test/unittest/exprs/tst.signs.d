/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signed and unsigned division and comparison.
 */

#pragma D option quiet

BEGIN
{
	printf("%d %d\n", -7 / 2, -7 % 2);
	a = -7;
	b = 2;
	printf("%d %d\n", a / b, a % b);
	c = 7ULL;
	printf("%d\n", c / 2);
	d = (uint64_t)-1;
	printf("%d %d\n", d / b, d > 0);
	e = -1;
	printf("%d\n", e < 1U);
	exit(0);
}
