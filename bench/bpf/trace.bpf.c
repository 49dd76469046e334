/* SPDX-License-Identifier: BSD-2-Clause */
/* syscall::getppid:entry { trace(tid); }: a record in this CPU's ring buffer, without waking
 * anyone. */
#include "bench.h"

struct record {
	__u32 clause, probe;
	__s32 value, pad;
};

struct ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BYTES);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, MAX_CPUS);
	__type(key, __u32);
	__array(values, struct ring);
} rings SEC(".maps");

SEC("raw_tp/sys_enter")
int trace(struct bpf_raw_tracepoint_args *ctx)
{
	struct record *r;
	__u32 cpu;
	void *ring;

	if (!active(ctx))
		return 0;
	cpu = bpf_get_smp_processor_id();
	ring = bpf_map_lookup_elem(&rings, &cpu);
	if (!ring)
		return 0;
	r = bpf_ringbuf_reserve(ring, sizeof(*r), 0);
	if (!r) {
		__sync_fetch_and_add(&state.drops, 1);
		return 0;
	}
	r->clause = 0;
	r->probe = 0;
	r->value = (__u32)bpf_get_current_pid_tgid();
	r->pad = 0;
	bpf_ringbuf_submit(r, BPF_RB_NO_WAKEUP);
	return 0;
}
