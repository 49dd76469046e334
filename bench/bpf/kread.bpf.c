/* SPDX-License-Identifier: BSD-2-Clause */
/* fbt::vfs_read:entry { @ = sum(args[0]->f_flags); } (kattach.c) */
#include "bench.h"
#include <bpf/bpf_core_read.h>

struct file {
	unsigned f_flags;
} __attribute__((preserve_access_index));

struct cells aggs;

SEC("kprobe")
int kread(__u64 *ctx)
{
	struct file *f = (struct file *)ctx[112 / 8]; /* rdi */
	__u32 cpu, flags;

	if (state.state != STATE_ACTIVE)
		return 0;
	cpu = bpf_get_smp_processor_id();
	if (cpu >= MAX_CPUS)
		return 0;
	if (bpf_core_read(&flags, sizeof(flags), &f->f_flags))
		return 0;
	__sync_fetch_and_add(&aggs.cpu[cpu][0], flags);
	aggs.cpu[cpu][1] = 1; /* a sum of 0 is a sum */
	return 0;
}
