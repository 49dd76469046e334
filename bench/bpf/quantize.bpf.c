/* SPDX-License-Identifier: BSD-2-Clause */
/* syscall::getppid:entry { @ = quantize(tid); } */
#include "bench.h"

struct buckets {
	__u64 cpu[MAX_CPUS][128];
};

struct buckets aggs;

/* The number of the highest bit set, by halves; v is not 0. */
static __always_inline __u32 log2(__u64 v)
{
	__u32 r = 0;

#define HALF(n)          \
	if (v >> n) {    \
		r += n;  \
		v >>= n; \
	}
	HALF(32)
	HALF(16)
	HALF(8)
	HALF(4)
	HALF(2)
	HALF(1)
	return r;
}

SEC("raw_tp/sys_enter")
int quantize(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 cpu, bucket;
	__s64 v;

	if (!active(ctx))
		return 0;
	v = (__u32)bpf_get_current_pid_tgid();
	cpu = bpf_get_smp_processor_id();
	bucket = v == 0 ? 63 : v > 0 ? 64 + log2(v) : 62 - log2(-v);
	if (cpu < MAX_CPUS)
		__sync_fetch_and_add(&aggs.cpu[cpu][bucket & 127], 1);
	return 0;
}
