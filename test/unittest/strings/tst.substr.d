/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-31: substr; negative start counts from the end, negative length stops before it.
 */

#pragma D option quiet

BEGIN
{
	printf("[%s]\n", substr("abcdef", 2));
	printf("[%s]\n", substr("abcdef", 0));
	printf("[%s]\n", substr("abcdef", 1, 3));
	printf("[%s]\n", substr("abcdef", -2));
	printf("[%s]\n", substr("abcdef", -3, 2));
	printf("[%s]\n", substr("abcdef", 1, -2));
	printf("[%s]\n", substr("abcdef", 2, 100));
	printf("[%s]\n", substr("abcdef", 6));
	printf("[%s]\n", substr("abcdef", 100));
	printf("[%s]\n", substr("abcdef", 3, 0));
	exit(0);
}
