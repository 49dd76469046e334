/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * members of a union share their place (little-endian).
 */

#pragma D option quiet

union u { int i; char c[4]; uint16_t s[2]; }; union u g;

BEGIN
{
	g.i = 0x41424344;
	printf("%c%c %x\n", g.c[0], g.c[3], g.s[1]);
	g.c[0] = 0;
	printf("%x\n", g.i);
	exit(0);
}
