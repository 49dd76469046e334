/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events and functions of the kernel.
 *
 *	TRACEPOINT    a perf event of the tracepoint's number; one serves all CPUs
 *	KPROBE        a perf event of the kprobe PMU for each function
 *	KPROBE_MULTI  one link for all functions of a program
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/kernel.h"

static uint64_t ptr(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

int64_t dt_read_number(const char *path)
{
	FILE *f = fopen(path, "re");
	long long v;
	int n;

	if (!f)
		return -errno;
	n = fscanf(f, "%lld", &v);
	fclose(f);
	return n == 1 && v >= 0 ? v : -EINVAL;
}

int dt_attach_tracepoint(struct dt_kernel *k, struct ir_func *fn)
{
	struct dt_perf_attr pa = {.type = DT_PERF_TYPE_TRACEPOINT, .sample_period = 1};
	int r;

	pa.config = fn->attach->perf_config;
	r = dt_sys_perf_open(&pa, -1, 0);
	if (r >= 0)
		r = dt_attach_event(k, fn, r, 0);
	return r < 0 ? dt_kernel_fail(k, r, "failed to attach to the tracepoint %s",
				      fn->attach->target)
		     : 0;
}

int dt_attach_kprobe(struct dt_kernel *k, struct ir_func *fn)
{
	int64_t type = dt_read_number("/sys/bus/event_source/devices/kprobe/type");

	if (type < 0)
		return dt_kernel_fail(k, (int)type, "this kernel has no kprobes");
	for (uint32_t i = 0; i < fn->hooks.n; i++) {
		const struct dt_attach *at = fn->hooks.v[i];
		struct dt_perf_attr pa = {.type = (uint32_t)type,
					  .config = at->is_return,
					  .config1 = ptr(at->target),
					  .sample_period = 1};
		int r = dt_sys_perf_open(&pa, -1, 0);

		if (r >= 0)
			r = dt_attach_event(k, fn, r, i);
		if (r < 0)
			return dt_kernel_fail(k, r, "failed to attach to the function %s",
					      at->target);
	}
	return 0;
}

int dt_attach_kprobe_multi(struct dt_kernel *k, struct ir_func *fn)
{
	uint32_t n = fn->hooks.n;
	uint64_t *syms = calloc(n, sizeof(*syms)), *cookies = calloc(n, sizeof(*cookies));
	struct dt_attr_kprobe_multi l = {.prog_fd = (uint32_t)fn->fd,
					 .attach_type = BPF_AP_KPROBE_MULTI,
					 .flags = fn->attach->is_return ? BPF_KPROBE_MULTI_RETURN
									: 0,
					 .cnt = n,
					 .syms = ptr(syms),
					 .cookies = ptr(cookies)};
	int r = -ENOMEM;

	for (uint32_t i = 0; syms && cookies && i < n; i++) {
		syms[i] = ptr(fn->hooks.v[i]->target);
		cookies[i] = i;
	}
	if (syms && cookies)
		r = dt_sys_bpf(BPF_CMD_LINK_CREATE, &l, sizeof(l));
	free(syms);
	free(cookies);
	if (r < 0)
		return dt_kernel_fail(k, r, "failed to attach to %u functions of the kernel", n);
	dt_attach_keep(k, r, -1);
	return 0;
}
