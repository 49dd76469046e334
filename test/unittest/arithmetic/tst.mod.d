/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OP-03: the remainder has the sign of the dividend.
 */

#pragma D option quiet

int x, y;

BEGIN
{
	x = -7;
	y = 3;
	printf("%d\n", 7 % 3);
	printf("%d\n", -7 % 3);
	printf("%d\n", 7 % -3);
	printf("%d\n", -7 % -3);
	printf("%d\n", x % y);
	printf("%d\n", x % -y);
	printf("%d\n", -x % y);
	printf("%d\n", x % 7);
	printf("%d\n", 0 % x);
	exit(0);
}
