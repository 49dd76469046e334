/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fields of every width keep their sign when printed.
 */

#pragma D option quiet

int8_t c;
int16_t s;
int32_t i;
uint8_t uc;
uint16_t us;
uint32_t ui;

BEGIN
{
	c = -1; s = -2; i = -3;
	uc = -1; us = -2; ui = -3;
	printf("%d %d %d %d %d %d\n", c, s, i, uc, us, ui);
	printf("%d\n", c + s + i);
	exit(0);
}
