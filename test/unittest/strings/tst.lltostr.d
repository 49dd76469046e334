/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-23: lltostr.
 */

#pragma D option quiet

BEGIN
{
	printf("[%s]\n", lltostr(0));
	printf("[%s]\n", lltostr(-5));
	printf("[%s]\n", lltostr(1234567890123));
	printf("[%s]\n", lltostr(9223372036854775807));
	printf("[%s]\n", lltostr(5, 2));
	exit(0);
}
