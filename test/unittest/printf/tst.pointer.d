/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PF-10: %p is hexadecimal without 0x.
 */

#pragma D option quiet

BEGIN
{
	printf("[%p]\n", 0xdeadbeef);
	printf("[%p]\n", (void *)0x1000);
	printf("[%p]\n", 0);
	printf("[%12p]\n", 0xabc);
	exit(0);
}
