/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * structs in associative arrays, as a whole and by member (a missing one is all 0).
 */

#pragma D option quiet

struct s { int a; long b; }; struct s x, y; struct s m[int];

BEGIN
{
	x.a = 1;
	x.b = 2;
	y = x;
	m[3] = y;
	x.a = 9;
	printf("%d %d %d %d\n", y.a, y.b, m[3].a, m[3].b);
	m[3].a = 5;
	printf("%d %d\n", m[3].a, m[4].a);
	exit(0);
}
