/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OP-02: casts truncate and extend by the sign of what they cast from.
 */

#pragma D option quiet

int x;
uint32_t u;

BEGIN
{
	x = -1;
	u = 4294967295;
	printf("%d\n", (int8_t)300);
	printf("%d\n", (uint8_t)-1);
	printf("%d\n", (int8_t)200);
	printf("%d\n", (int16_t)65537);
	printf("%d\n", (uint16_t)x);
	printf("%d\n", (uint32_t)x);
	printf("%d\n", (uint64_t)x);
	printf("%d\n", (int64_t)(uint32_t)x);
	printf("%d\n", (int64_t)(int32_t)u);
	printf("%d\n", (int)4294967297L);
	printf("%d\n", (char)65);
	printf("%d\n", (unsigned char)x + 1);
	exit(0);
}
