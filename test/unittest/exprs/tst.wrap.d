/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * declared narrow variables wrap at their width.
 */

#pragma D option quiet

int8_t i8; uint8_t u8; int16_t i16; uint16_t u16; int32_t i32; uint32_t u32;

BEGIN
{
	i8 = 127;
	i8++;
	u8 = 255;
	u8++;
	i16 = 32767;
	i16++;
	u16 = 0;
	u16--;
	i32 = 0x7fffffff;
	i32++;
	u32 = 0;
	u32--;
	printf("%d %d %d %d %d %u\n", i8, u8, i16, u16, i32, u32);
	exit(0);
}
