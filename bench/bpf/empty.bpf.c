/* SPDX-License-Identifier: BSD-2-Clause */
/* BEGIN { exit(0); }: a program that does nothing. */
#include "bench.h"

SEC("raw_tp/sys_enter")
int empty(struct bpf_raw_tracepoint_args *ctx)
{
	return active(ctx) != 0;
}
