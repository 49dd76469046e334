/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OP-02: unary operators.
 */

#pragma D option quiet

int x, y;

BEGIN
{
	x = 5;
	y = 0;
	printf("%d\n", -x);
	printf("%d\n", +x);
	printf("%d\n", !x);
	printf("%d\n", !!x);
	printf("%d\n", !y);
	printf("%d\n", - -x);
	printf("%d\n", ~x);
	printf("%d\n", -y);
	exit(0);
}
