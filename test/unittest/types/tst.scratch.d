/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-01: memory from alloca() is written and read through pointers.
 */

#pragma D option quiet

BEGIN
{
	this->p = (int *)alloca(16);
	*this->p = 7;
	this->p[1] = -8;
	this->p[3] = this->p[0] + this->p[1];
	printf("%d %d %d\n", *this->p, this->p[1], *(this->p + 3));
	exit(0);
}
