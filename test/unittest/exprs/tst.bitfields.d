/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TY: bit-fields keep their width and sign; op=, ++ and shifts leave the neighbours alone.
 */

#pragma D option quiet

struct bf { unsigned a:3; unsigned b:7; int c:5; unsigned long long d:40; int e:1; };

struct bf g; struct bf arr[3];

BEGIN
{
	g.a = 9;
	g.b = 100;
	g.c = -3;
	g.d = 0xffffffffffULL;
	g.e = 1;
	printf("%d %d %d %x %d\n", g.a, g.b, g.c, g.d, g.e);
}

BEGIN
{
	g.b++;
	g.c -= 20;
	printf("%d %d\n", g.b, g.c);
	g.d >>= 4;
	printf("%x %d %d\n", g.d, g.a, g.e);
	exit(0);
}
