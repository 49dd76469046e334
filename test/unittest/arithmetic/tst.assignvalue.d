/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OP-13: an assignment is a value and associates to the right.
 */

#pragma D option quiet

int a, b, c;

BEGIN
{
	a = b = c = 7;
	printf("%d %d %d\n", a, b, c);
	a = (b = 3) + 1;
	printf("%d %d\n", a, b);
	a = (1, 2, 9);
	printf("%d\n", a);
	exit(0);
}
