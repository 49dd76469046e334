/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VAR-08: a global struct; members; assignment of the whole.
 */

#pragma D option quiet

struct point { int x; char tag; long y; };
struct point a, b;

BEGIN
{
	a.x = 1;
	a.tag = 'q';
	a.y = -5;
	b = a;
	a.x = 2;
	printf("%d %c %d %d\n", b.x, b.tag, b.y, a.x);
	exit(0);
}
