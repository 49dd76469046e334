/* SPDX-License-Identifier: BSD-2-Clause */
/* Placing fields: each at a multiple of its alignment, which is its size up to 8. */
#include "record/record.h"

uint32_t dt_layout_add(uint32_t *end, uint32_t size)
{
	uint32_t align = size >= 5 ? 8 : size >= 3 ? 4 : size == 2 ? 2 : 1;
	uint32_t off = (*end + align - 1) & ~(align - 1);

	*end = off + size;
	return off;
}
