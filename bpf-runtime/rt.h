/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For bpf-runtime's C files: kernel helpers, and how maps and constants are named.
 *
 * Our linker (libdtrace/bpf/link.c) resolves undefined symbols by their prefix:
 *   dt_map_NAME    the map NAME, to pass to a helper
 *   dt_val_NAME    the first byte of the value of NAME's only element (direct access)
 *   dt_const_NAME  a link-time constant: DT_CONST(NAME) is its value, known to the verifier
 *
 * Every function that D code calls is a global function, named dt_rt_*, that takes at most five
 * scalars (uint64_t) and returns one, so that it is verified once, on its own. Slots are named by
 * number: dt_slot_at(slot) gives the pointer back. Offsets are clamped before use, here.
 *
 * Compiled with -mcpu=v2: no atomics but add, no 32-bit subregisters, no signed division.
 */
#ifndef DT_RT_H
#define DT_RT_H

#include "abi.h"

#define DT_RT     __attribute__((noinline, used, section(".text")))
#define DT_INLINE static inline __attribute__((always_inline))

#define DT_CONST(name) ((uint64_t)(unsigned long)&dt_const_##name)
extern char dt_const_slot_size, dt_const_slot_mask, dt_const_strsize, dt_const_ncpu;

/* Keeps the compiler from undoing a bound that the verifier has to see. */
#define DT_BARRIER(x) __asm__ volatile("" : "+r"(x))

static void *(*bpf_map_lookup_elem)(const void *map, const void *key) = (void *)1;
static long (*bpf_map_update_elem)(const void *map, const void *key, const void *v,
				   uint64_t f) = (void *)2;
static long (*bpf_map_delete_elem)(const void *map, const void *key) = (void *)3;
static uint64_t (*bpf_ktime_get_ns)(void) = (void *)5;
static uint32_t (*bpf_get_prandom_u32)(void) = (void *)7;
static uint32_t (*bpf_get_smp_processor_id)(void) = (void *)8;
static long (*bpf_probe_read_user)(void *dst, uint32_t size, const void *p) = (void *)112;
static long (*bpf_probe_read_kernel)(void *dst, uint32_t size, const void *p) = (void *)113;
static long (*bpf_probe_read_user_str)(void *dst, uint32_t size, const void *p) = (void *)114;
static long (*bpf_probe_read_kernel_str)(void *dst, uint32_t size, const void *p) = (void *)115;
static void *(*bpf_ringbuf_reserve)(void *rb, uint64_t size, uint64_t flags) = (void *)131;
static void (*bpf_ringbuf_submit)(void *data, uint64_t flags) = (void *)132;

extern char dt_map_slots, dt_map_rings;

/* The slot's memory (DT_CONST(slot_size) bytes), or NULL (never, but the verifier asks). */
DT_INLINE char *dt_slot_at(uint64_t slot)
{
	uint32_t key = slot;

	return bpf_map_lookup_elem(&dt_map_slots, &key);
}

/*
 * Address of the temporary at offset `off`, where lowering put it. The mask is for the verifier: up
 * to 4 * strsize + 128 bytes from here are inside the map's value, whatever `off` is.
 */
DT_INLINE char *dt_tmp_at(char *s, uint64_t off)
{
	off &= DT_CONST(slot_mask);
	DT_BARRIER(off);
	return s + off;
}

#endif
