/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VAR-02: mixed tuples.
 */

#pragma D option quiet

BEGIN
{
	a["x", 1, 'c'] = 1;
	a["x", 2, 'c'] = 2;
	a["y", 1, 'c'] = 3;
	a["x", 1, 'd'] = 4;
	printf("%d %d %d %d %d\n", a["x", 1, 'c'], a["x", 2, 'c'], a["y", 1, 'c'], a["x", 1, 'd'], a["y", 2, 'd']);
	exit(0);
}
