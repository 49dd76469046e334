/* SPDX-License-Identifier: BSD-2-Clause */
/* fbt::vfs_read:entry { @ = sum(args[0]->f_flags); } by a trampoline, which passes typed pointers that can be
 * read through directly (attach.c). */
#include "bench.h"

struct file {
	unsigned f_flags;
} __attribute__((preserve_access_index));

struct cells aggs;

SEC("fentry/vfs_read")
int fread_flags(__u64 *ctx)
{
	struct file *f = (struct file *)ctx[0];
	__u32 cpu;

	if (state.state != STATE_ACTIVE)
		return 0;
	cpu = bpf_get_smp_processor_id();
	if (cpu >= MAX_CPUS)
		return 0;
	__sync_fetch_and_add(&aggs.cpu[cpu][0], f->f_flags);
	aggs.cpu[cpu][1] = 1; /* a sum of 0 is a sum */
	return 0;
}
