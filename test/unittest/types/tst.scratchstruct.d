/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A struct in scratch memory, through ->.
 */

#pragma D option quiet

struct pair { short a; long b; };

BEGIN
{
	this->p = (struct pair *)alloca(sizeof (struct pair));
	this->p->a = -2;
	this->p->b = 1234567890123;
	printf("%d %d\n", this->p->a, this->p->b);
	exit(0);
}
