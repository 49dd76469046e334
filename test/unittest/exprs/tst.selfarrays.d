/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arrays in self-> and globals by computed index, with ++ and op=.
 */

#pragma D option quiet

uint64_t big[4]; self int sarr[5];

BEGIN
{
	i = 2;
	self->sarr[i] = 5;
	self->sarr[4]++;
	printf("%d %d %d\n", self->sarr[2], self->sarr[i + 2], self->sarr[0]);
	big[i]++;
	big[i] *= 3;
	printf("%d\n", big[2]);
	exit(0);
}
