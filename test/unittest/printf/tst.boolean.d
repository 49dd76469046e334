/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Comparisons are ints.
 */

#pragma D option quiet

BEGIN
{
	printf("%d\n", 1 == 1);
	printf("%d\n", "a" == "b");
	printf("%d\n", !5);
	exit(0);
}
