/* SPDX-License-Identifier: BSD-2-Clause */
/* pid...:entry { @ = count(); }: for places in programs (uattach.c). */
#include "bench.h"

struct cells aggs;

SEC("kprobe")
int ucount(void *ctx)
{
	__u32 cpu;

	if (state.state != STATE_ACTIVE)
		return 0;
	cpu = bpf_get_smp_processor_id();
	if (cpu < MAX_CPUS)
		__sync_fetch_and_add(&aggs.cpu[cpu][0], 1);
	return 0;
}
