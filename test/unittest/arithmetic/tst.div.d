/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OP-03: signed division truncates towards zero, at run time too.
 */

#pragma D option quiet

int x, y;
int64_t l;

BEGIN
{
	x = -7;
	y = 2;
	l = -9223372036854775807;
	printf("%d\n", 7 / 2);
	printf("%d\n", -7 / 2);
	printf("%d\n", 7 / -2);
	printf("%d\n", -7 / -2);
	printf("%d\n", x / y);
	printf("%d\n", x / -y);
	printf("%d\n", -x / y);
	printf("%d\n", -x / -y);
	printf("%d\n", x / 1);
	printf("%d\n", 0 / x);
	printf("%d\n", l / 10);
	exit(0);
}
