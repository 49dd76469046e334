/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PF-11: %s with width and precision.
 */

#pragma D option quiet

BEGIN
{
	printf("[%s]\n", "abc");
	printf("[%6s]\n", "abc");
	printf("[%-6s]\n", "abc");
	printf("[%.2s]\n", "abc");
	printf("[%6.2s]\n", "abc");
	printf("[%s]\n", "");
	printf("[%2s]\n", "abc");
	printf("[%s]\n", probename);
	printf("[%s]\n", strjoin("a", "b"));
	exit(0);
}
