/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OP-12: ?: evaluates one arm and nests to the right.
 */

#pragma D option quiet

int x, y;

BEGIN
{
	x = 4;
	y = 0;
	printf("%d\n", x ? 1 : 2);
	printf("%d\n", y ? 1 : 2);
	printf("%d\n", y ? 1 : x ? 2 : 3);
	printf("%d\n", x ? y ? 1 : 2 : 3);
	printf("%s\n", (x > 3 ? "big" : "small"));
	printf("%s\n", (y > 3 ? "big" : "small"));
	printf("%d\n", (x ? -1 : 1));
	exit(0);
}
