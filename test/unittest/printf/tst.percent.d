/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PF-15: %%, and text without conversions.
 */

#pragma D option quiet

BEGIN
{
	printf("100%%\n");
	printf("%%d %d\n", 5);
	printf("plain\n");
	exit(0);
}
