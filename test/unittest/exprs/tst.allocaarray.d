/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alloca space as an array, by index and by pointer.
 */

#pragma D option quiet

BEGIN
{
	this->p = (int *)alloca(40);
	this->p[0] = 3;
	this->p[9] = 7;
	*(this->p + 1) = 5;
	printf("%d %d %d\n", this->p[0], this->p[1], this->p[9]);
	exit(0);
}
