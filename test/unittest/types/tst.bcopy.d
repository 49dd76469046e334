/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-05: bcopy between two pieces of scratch memory.
 */

#pragma D option quiet

BEGIN
{
	this->a = (char *)alloca(8);
	this->b = (char *)alloca(8);
	this->a[0] = 'h';
	this->a[1] = 'i';
	this->a[2] = 0;
	bcopy(this->a, this->b, 3);
	printf("%s\n", stringof(this->b));
	exit(0);
}
