/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stored values wrap at the width of their variable.
 */

#pragma D option quiet

int8_t c;
uint8_t uc;
int16_t s;
uint16_t us;
int32_t i;
uint32_t ui;
int64_t l;
uint64_t ul;

BEGIN
{
	c = 127;	c++;
	uc = 255;	uc++;
	s = 32767;	s++;
	us = 65535;	us++;
	i = 2147483647;	i++;
	ui = 4294967295; ui++;
	l = 9223372036854775807; l++;
	ul = 0;		ul--;
	printf("%d %d %d %d %d %d %d %d\n", c, uc, s, us, i, ui, l, ul);
	exit(0);
}
