/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the language itself needs: comparing strings.
 *
 * Words of eight bytes are compared until one differs or has a NUL; that one is looked at more
 * closely, without a loop: of the bytes that differ or are NUL, the first decides.
 */
#include "rt.h"

#define ONES  0x0101010101010101ull
#define HIGHS 0x8080808080808080ull

/* The lowest set byte of x, as a mask; x is not 0. */
DT_INLINE uint64_t dt_first_byte(uint64_t x)
{
	uint64_t low = x & -x, mask = 0xff;

	if (!(low & 0xffffffff))
		mask <<= 32, low >>= 32;
	if (!(low & 0xffff))
		mask <<= 16, low >>= 16;
	if (!(low & 0xff))
		mask <<= 8;
	return mask;
}

/* -1, 0 or 1, as strings at offsets a and b of the slot compare, byte by byte, up to strsize. */
DT_RT uint64_t dt_rt_strcmp(uint64_t slot, uint64_t a, uint64_t b)
{
	char *s = dt_slot_at(slot);
	uint64_t end = (DT_CONST(strsize) + 7) & ~7ull, i, x, y, decides, mask;

	if (!s)
		return 0;
	for (i = 0; i < end; i += 8) {
		x = *(uint64_t *)dt_tmp_at(s, a + i);
		y = *(uint64_t *)dt_tmp_at(s, b + i);
		decides = (x ^ y) | ((x - ONES) & ~x & HIGHS);
		if (decides) {
			mask = dt_first_byte(decides);
			x &= mask;
			y &= mask;
			return x == y ? 0 : x < y ? ~0ull : 1;
		}
	}
	return 0;
}
