/* SPDX-License-Identifier: BSD-2-Clause */
/* syscall::getppid:entry { @ = count(); }: one array element, a cache line of it for each CPU. */
#include "bench.h"

struct cells {
	__u64 cpu[MAX_CPUS][8];
};

MAP(aggs, BPF_MAP_TYPE_ARRAY, 1, BPF_F_MMAPABLE, __u32, struct cells);

SEC("raw_tp/sys_enter")
int count(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 zero = 0, cpu;
	struct cells *c;

	if (!active(ctx))
		return 0;
	cpu = bpf_get_smp_processor_id();
	c = bpf_map_lookup_elem(&aggs, &zero);
	if (c && cpu < MAX_CPUS)
		__sync_fetch_and_add(&c->cpu[cpu][0], 1);
	return 0;
}
