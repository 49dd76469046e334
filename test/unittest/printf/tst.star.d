/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Widths and precisions from arguments; ? is the width of a pointer in hexadecimal.
 */

#pragma D option quiet

BEGIN
{
	printf("[%*d]\n", 6, 42);
	printf("[%-*d]\n", 6, 42);
	printf("[%.*s]\n", 2, "abcdef");
	printf("[%*.*s]\n", 5, 2, "abcdef");
	printf("[%?x]\n", 255);
	printf("[%*d]\n", -6, 42);
	exit(0);
}
