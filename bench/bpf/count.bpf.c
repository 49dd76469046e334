/* SPDX-License-Identifier: BSD-2-Clause */
/* syscall::getppid:entry { @ = count(); }: one array element, a cache line of it for each CPU. */
#include "bench.h"

struct cells aggs;

SEC("raw_tp/sys_enter")
int count(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 cpu;

	if (!active(ctx))
		return 0;
	cpu = bpf_get_smp_processor_id();
	if (cpu < MAX_CPUS)
		__sync_fetch_and_add(&aggs.cpu[cpu][0], 1);
	return 0;
}
