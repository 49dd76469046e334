/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-32, S-33: toupper and tolower.
 */

#pragma D option quiet

BEGIN
{
	printf("[%s]\n", toupper("Hello, 1z"));
	printf("[%s]\n", tolower("Hello, 1Z"));
	printf("[%s]\n", toupper(""));
	exit(0);
}
