/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a person would write by hand for the questions `make bench` asks, with the same guarantees
 * as ours: a state word read first, a cell for each CPU, records in a ring buffer for each CPU. One
 * thing ours do and these don't: every aggregation has two halves and a flag that says which is in
 * use, so that it can be read and cleared while it counts.
 */
#ifndef BENCH_H
#define BENCH_H

#include <linux/bpf.h>
#include <linux/types.h>

#define MAX_CPUS     256
#define RING_BYTES   (4 << 20)
#define NR_getppid   110
#define STATE_ACTIVE 1

struct state {
	__u32 state;
	__u32 pad;
	__u64 drops;
};

#ifdef __bpf__
#include <bpf/bpf_helpers.h>

/* A cache line for each CPU. */
struct cells {
	__u64 cpu[MAX_CPUS][8];
};

#define MAP(name_, type_, entries_, flags_, key_, value_) \
	struct {                                          \
		__uint(type, type_);                      \
		__uint(max_entries, entries_);            \
		__uint(map_flags, flags_);                \
		__type(key, key_);                        \
		__type(value, value_);                    \
	} name_ SEC(".maps")

volatile struct state state SEC(".data.state");

char LICENSE[] SEC("license") = "GPL";

static __always_inline int active(struct bpf_raw_tracepoint_args *ctx)
{
	return state.state == STATE_ACTIVE && ctx->args[1] == NR_getppid;
}

/* One more for a key of a plain hash, the CPU part of it. */
static __always_inline void count_key(void *aggs, const void *key)
{
	__u64 one = 1, *v = bpf_map_lookup_elem(aggs, key);

	if (v)
		__sync_fetch_and_add(v, 1);
	else
		bpf_map_update_elem(aggs, key, &one, BPF_NOEXIST);
}
#endif
#endif
