/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PF-06: %o %u %x %X.
 */

#pragma D option quiet

BEGIN
{
	printf("[%o]\n", 8);
	printf("[%u]\n", 42);
	printf("[%x]\n", 255);
	printf("[%X]\n", 255);
	printf("[%#x]\n", 255);
	printf("[%#X]\n", 255);
	printf("[%#o]\n", 8);
	printf("[%08x]\n", 255);
	printf("[%-8x]\n", 255);
	printf("[%8X]\n", 48879);
	printf("[%u]\n", -1);
	printf("[%x]\n", -1);
	printf("[%x]\n", (int64_t)-1);
	printf("[%#x]\n", 0);
	exit(0);
}
