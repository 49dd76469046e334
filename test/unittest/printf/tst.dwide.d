/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PF-05, PF-06: conversions widen by themselves.
 */

#pragma D option quiet

BEGIN
{
	printf("%d\n", 9223372036854775807);
	printf("%d\n", -9223372036854775807);
	printf("%x\n", 0x123456789abcdef0);
	printf("%u\n", (uint64_t)-1);
	printf("%d\n", (uint8_t)200);
	printf("%d\n", (int8_t)-100);
	printf("%x\n", (uint16_t)0xbeef);
	printf("%d\n", (uint64_t)-1);
	exit(0);
}
