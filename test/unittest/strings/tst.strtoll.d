/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-24: strtoll.
 */

#pragma D option quiet

BEGIN
{
	printf("%d\n", strtoll("12"));
	printf("%d\n", strtoll("-12"));
	printf("%d\n", strtoll("12abc"));
	printf("%d\n", strtoll("ff", 16));
	printf("%d\n", strtoll("777", 8));
	printf("%d\n", strtoll(""));
	exit(0);
}
