/* SPDX-License-Identifier: BSD-2-Clause */
/* syscall::getppid:entry { @[execname] = count(); }: a plain hash, the CPU part of the key. */
#include "bench.h"

struct key {
	__u32 cpu, pad;
	char comm[16];
};

MAP(aggs, BPF_MAP_TYPE_HASH, 16384, 0, struct key, __u64);

SEC("raw_tp/sys_enter")
int keyed(struct bpf_raw_tracepoint_args *ctx)
{
	struct key k = {};

	if (!active(ctx))
		return 0;
	k.cpu = bpf_get_smp_processor_id();
	bpf_get_current_comm(k.comm, sizeof(k.comm));
	count_key(&aggs, &k);
	return 0;
}
