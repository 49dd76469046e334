/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OP-13: every compound assignment.
 */

#pragma D option quiet

int x;

BEGIN
{
	x = 10;
	x += 5;		printf("%d\n", x);
	x -= 3;		printf("%d\n", x);
	x *= 4;		printf("%d\n", x);
	x /= 5;		printf("%d\n", x);
	x %= 6;		printf("%d\n", x);
	x <<= 4;	printf("%d\n", x);
	x >>= 1;	printf("%d\n", x);
	x |= 5;		printf("%d\n", x);
	x &= 0x1c;	printf("%d\n", x);
	x ^= 0xff;	printf("%d\n", x);
	exit(0);
}
