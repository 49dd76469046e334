/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PF-03, PF-04: %c and %C.
 */

#pragma D option quiet

BEGIN
{
	printf("[%c]\n", 'A');
	printf("[%c]\n", 66);
	printf("[%3c]\n", 'x');
	printf("[%-3c]\n", 'x');
	printf("[%C]\n", 'A');
	printf("[%C]\n", '\n');
	printf("[%C]\n", '\t');
	exit(0);
}
