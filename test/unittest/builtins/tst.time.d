/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BV-40, BV-42: clocks; timestamp stands still within a firing.
 */

#pragma D option quiet

BEGIN
{
	self->t = timestamp;
	printf("%d %d %d\n", timestamp > 0, timestamp == self->t, walltimestamp > 1700000000000000000);
}

tick-10ms
{
	printf("%d %d\n", timestamp > 0, walltimestamp > 1700000000000000000);
	exit(0);
}
