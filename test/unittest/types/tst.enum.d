/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-14: enumerators are integer constants.
 */

#pragma D option quiet

enum colour { RED, GREEN = 5, BLUE, DARK = -1 };

BEGIN
{
	printf("%d %d %d %d\n", RED, GREEN, BLUE, DARK);
	printf("%d\n", BLUE > GREEN);
	exit(0);
}
