/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PF-05: %d and %i with every flag.
 */

#pragma D option quiet

BEGIN
{
	printf("[%d]\n", 42);
	printf("[%5d]\n", 42);
	printf("[%-5d]\n", 42);
	printf("[%05d]\n", 42);
	printf("[%+d]\n", 42);
	printf("[% d]\n", 42);
	printf("[%d]\n", -42);
	printf("[%05d]\n", -42);
	printf("[%i]\n", 7);
	printf("[%.4d]\n", 42);
	printf("[%8.4d]\n", 42);
	printf("[%-8.4d]\n", 42);
	printf("[%1d]\n", 12345);
	exit(0);
}
