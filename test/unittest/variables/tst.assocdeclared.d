/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-16: a declared associative array.
 */

#pragma D option quiet

int counts[string, int];

BEGIN
{
	counts["a", 1]++;
	counts["a", 1]++;
	counts["b", 1]--;
	printf("%d %d %d\n", counts["a", 1], counts["b", 1], counts["a", 2]);
	exit(0);
}
