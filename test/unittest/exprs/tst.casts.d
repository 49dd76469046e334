/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EXP: casts cut and extend as in C.
 */

#pragma D option quiet

BEGIN
{
	printf("%d %d %d\n", (int8_t)300, (uint8_t)-1, (int16_t)70000);
	printf("%d %x\n", (int)0x1ffffffffULL, (uint32_t)-1);
	printf("%d\n", (int64_t)(int32_t)0x80000000);
	exit(0);
}
