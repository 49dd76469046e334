/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <<= and >>= work in the promoted type of the left side, however wide the right is.
 */

#pragma D option quiet

int8_t a; uint8_t b; int16_t c; int64_t d; uint32_t e;

BEGIN
{
	a = -8;
	a >>= 1;
	b = 0x81;
	b <<= 1;
	c = -256;
	c >>= 4;
	d = -1099511627776;
	d >>= 8;
	e = 0x80000000;
	e >>= 31;
	printf("%d %d %d %d %d\n", a, b, c, d, e);
	d = 1;
	d <<= 40;
	printf("%x\n", d);
	self->x = 1;
	self->x <<= 5;
	printf("%d\n", self->x);
	exit(0);
}
