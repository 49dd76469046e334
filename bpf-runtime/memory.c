/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scratch memory: alloca(), copyin(), copyinto(), bcopy().
 *
 * The alloca space is the end of the slot; pieces are taken from it upwards and given back together
 * when the clause ends. A copy of variable length to a variable place is what the verifier can't
 * follow (it does not know that their sum fits), so it is made of pieces whose lengths are powers
 * of two: each has a constant length, and a place that is tested for it. A copy of 2^n bytes is
 * one call of a helper.
 */
#include "rt.h"

#define DT_COPY_BITS 17 /* up to 128 KiB */

/* `size` bytes of the alloca space, aligned to 8; their offset, or 0 if there is no room. */
DT_INLINE uint64_t dt_alloc_scratch(struct dt_slot *s, uint64_t size)
{
	uint64_t top = (s->alloca_top + 7) & ~7ull, end = DT_CONST(slot_size);

	if (top < sizeof(*s) || top > end || size > end - top)
		return 0;
	s->alloca_top = top + size;
	return top;
}

DT_RT uint64_t dt_rt_alloca(uint64_t slot, uint64_t size)
{
	struct dt_slot *s = (void *)dt_slot_at(slot);

	return s ? dt_alloc_scratch(s, size) : 0;
}

/*
 * Copies to offset `to` of the slot. 0, or -1 if the source can't be read or the target isn't
 * there. What was copied before the piece of 2^n bytes is the bits of size above n: nothing is
 * carried from one round to the next, so the verifier sees the same state whether or not the piece
 * was copied.
 */
DT_INLINE uint64_t dt_copy_pieces(char *s, uint64_t to, uint64_t from, uint64_t size, int user)
{
	uint64_t bit, piece, has, done, at, end = DT_CONST(slot_size), limit;
	long err;

	if (size >> DT_COPY_BITS || to < sizeof(struct dt_slot) || to > end)
		return ~0ull;
	for (bit = DT_COPY_BITS; bit-- > 0;) {
		piece = 1ull << bit;
		has = size & piece;
		DT_BARRIER(has);
		if (!has)
			continue;
		done = size & ~(2 * piece - 1);
		DT_BARRIER(done);
		at = to + done;
		if (end < piece) /* such a piece can't be in such a slot */
			return ~0ull;
		limit = end - piece;
		DT_BARRIER(limit);
		if (at > limit)
			return ~0ull;
		if (user)
			err = bpf_probe_read_user(s + at, piece,
						  (void *)(unsigned long)(from + done));
		else
			err = bpf_probe_read_kernel(s + at, piece,
						    (void *)(unsigned long)(from + done));
		if (err)
			return ~0ull;
	}
	return 0;
}

/* copyin(): offset of the copy, 0 out of scratch space, -1 invalid address. */
DT_RT uint64_t dt_rt_copyin(uint64_t slot, uint64_t addr, uint64_t size)
{
	struct dt_slot *s = (void *)dt_slot_at(slot);
	uint64_t to;

	if (!s || !(to = dt_alloc_scratch(s, size)))
		return 0;
	return dt_copy_pieces((char *)s, to, addr, size, 1) ? ~0ull : to;
}

/* copyinto(): 0, or -1. */
DT_RT uint64_t dt_rt_copyinto(uint64_t slot, uint64_t to, uint64_t addr, uint64_t size)
{
	char *s = dt_slot_at(slot);

	return s ? dt_copy_pieces(s, to, addr, size, 1) : ~0ull;
}

/* bcopy() from kernel memory: 0, or -1. */
DT_RT uint64_t dt_rt_bcopy(uint64_t slot, uint64_t to, uint64_t from, uint64_t size)
{
	char *s = dt_slot_at(slot);

	return s ? dt_copy_pieces(s, to, from, size, 0) : ~0ull;
}

/* bcopy() within the slot: 0, or -1. */
DT_RT uint64_t dt_rt_scopy(uint64_t slot, uint64_t to, uint64_t from, uint64_t size)
{
	char *s = dt_slot_at(slot);

	if (!s || size > DT_CONST(slot_size) || from > DT_CONST(slot_size) - size)
		return ~0ull;
	return dt_copy_pieces(s, to, (uint64_t)(unsigned long)s + (from & 0xffffff), size, 0);
}
