/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TY: bit-fields of self->, this-> and associative array structs.
 */

#pragma D option quiet

struct bf { unsigned a:3; unsigned b:7; int c:5; };

self struct bf s; this struct bf t; struct bf as[int];

BEGIN
{
	self->s.a = 5;
	this->t.c = -1;
	as[1].b = 99;
	printf("%d %d %d\n", self->s.a, this->t.c, as[1].b);
	self->s.b = 3;
	printf("%d %d %d\n", self->s.a, self->s.b, as[2].b);
	exit(0);
}
