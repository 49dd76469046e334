/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MAC-12: $1 is an integer, an identifier or a string.
 * @@args: 12 5 '"hello"'
 */

#pragma D option quiet

BEGIN
{
	printf("%d %d %s\n", $1, $2 + 1, "$3");
	printf("%s\n", $3);
	exit(0);
}
