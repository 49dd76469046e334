/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * a pointer to alloca space, used in the clause that made it.
 */

#pragma D option quiet

BEGIN
{
	self->p = (int *)alloca(8);
	*self->p = 9;
	printf("%d\n", *self->p);
	exit(0);
}
