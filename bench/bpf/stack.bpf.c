/* SPDX-License-Identifier: BSD-2-Clause */
/* syscall::getppid:entry { @[stack()] = count(); }: twenty frames, exact, in the key. */
#include "bench.h"

struct key {
	__u32 cpu, pad;
	__u64 frames[20];
};

MAP(aggs, BPF_MAP_TYPE_HASH, 16384, 0, struct key, __u64);

SEC("raw_tp/sys_enter")
int stack(struct bpf_raw_tracepoint_args *ctx)
{
	struct key k = {};

	if (!active(ctx))
		return 0;
	k.cpu = bpf_get_smp_processor_id();
	if (bpf_get_stack(ctx, k.frames, sizeof(k.frames), 0) < 0)
		return 0;
	count_key(&aggs, &k);
	return 0;
}
