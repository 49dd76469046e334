/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keys of narrow types are converted as by assignment.
 */

#pragma D option quiet

int c[int8_t, uint64_t, string, char];

BEGIN
{
	c[-1, -1, execname, 'a'] = 4;
	printf("%d %d\n", c[-1, 0xffffffffffffffff, execname, 'a'], c[-1, 1, execname, 'a']);
	exit(0);
}
