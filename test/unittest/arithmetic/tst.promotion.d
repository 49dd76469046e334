/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EXP-01: operands narrower than int become int.
 */

#pragma D option quiet

uint8_t a, b;
uint16_t c, d;
long l;

BEGIN
{
	a = 255;
	b = 255;
	c = 0;
	d = 1;
	printf("%d\n", a + b);
	printf("%d\n", a * b);
	printf("%d\n", ~a);
	printf("%d\n", -a);
	printf("%d\n", c - d);
	printf("%d\n", sizeof (a + b));
	printf("%d\n", a << 8);
	printf("%d\n", sizeof (a));
	printf("%d\n", sizeof (a + l));
	exit(0);
}
