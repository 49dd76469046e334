/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OP-09, OP-10, OP-11: && ^^ || give 0 or 1.
 */

#pragma D option quiet

int x, y;

BEGIN
{
	x = 4;
	y = 0;
	printf("%d\n", 1 && 2);
	printf("%d\n", 1 && 0);
	printf("%d\n", 0 || 0);
	printf("%d\n", 0 || 7);
	printf("%d\n", 1 ^^ 1);
	printf("%d\n", 1 ^^ 0);
	printf("%d\n", x && y);
	printf("%d\n", x || y);
	printf("%d\n", x ^^ y);
	printf("%d\n", x ^^ x);
	printf("%d\n", y ^^ y);
	printf("%d\n", x && !y);
	printf("%d\n", (x && y) == 0);
	exit(0);
}
