/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alloca space as a struct.
 */

#pragma D option quiet

struct pt { int x; char c; long l; };

BEGIN
{
	this->p = (struct pt *)alloca(sizeof(struct pt));
	this->p->x = 1;
	this->p->c = 'z';
	this->p->l = -5;
	this->q = this->p;
	printf("%d %c %d\n", this->q->x, this->q->c, this->q->l);
	this->p->l += 10;
	printf("%d\n", this->p->l);
	exit(0);
}
