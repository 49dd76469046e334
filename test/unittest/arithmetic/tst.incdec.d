/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OP-01, OP-02: ++ and --, before and after; they are values too.
 */

#pragma D option quiet

int x;

BEGIN
{
	x = 5;
	printf("%d ", x++);
	printf("%d ", x);
	printf("%d ", ++x);
	printf("%d ", x--);
	printf("%d ", --x);
	printf("%d\n", x);
	this->t = 1;
	this->t++;
	++this->t;
	self->s = -1;
	self->s--;
	printf("%d %d\n", this->t, self->s);
	exit(0);
}
