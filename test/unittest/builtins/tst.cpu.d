/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BV-15: cpu.
 */

#pragma D option quiet

BEGIN
{
	printf("%d\n", cpu >= 0 && cpu < 4096);
	exit(0);
}
