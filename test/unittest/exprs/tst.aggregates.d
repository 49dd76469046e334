/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arrays in structs in arrays, by computed index; assigning a whole struct.
 */

#pragma D option quiet

struct in { int a; int b[4]; }; struct out { struct in i[2]; char name[8]; };

struct out g; self struct out s;

BEGIN
{
	g.i[1].b[3] = 9;
	k = 1;
	g.i[k].b[k + 1] = 8;
	self->s.i[k].a = 7;
	g.name[0] = 'q';
	printf("%d %d %d %s\n", g.i[1].b[3], g.i[1].b[2], self->s.i[1].a, stringof(g.name));
}

BEGIN
{
	self->s = g;
	printf("%d %d\n", self->s.i[1].b[3], self->s.i[1].a);
	exit(0);
}
