/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Variables keep their declared width.
 */

#pragma D option quiet

char c;
short s;
unsigned char uc;

BEGIN
{
	c = 0x1ff;
	s = 0x1ffff;
	uc = 0x1ff;
	printf("%d %d %d\n", c, s, uc);
	exit(0);
}
