/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Places of programs and libraries: an offset in a file, in one process or in all that map it.
 *
 *	UPROBE        a perf event of the uprobe PMU for each place
 *	UPROBE_MULTI  a link for all places of a program that are in the same file and process
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/kernel.h"

#define REF_CTR_SHIFT 32 /* where config has the counter's offset */

static uint64_t ptr(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

int dt_attach_uprobe(struct dt_kernel *k, struct ir_func *fn)
{
	int64_t type = dt_read_number("/sys/bus/event_source/devices/uprobe/type");

	if (type < 0)
		return dt_kernel_fail(k, (int)type, "this kernel has no uprobes");
	for (uint32_t i = 0; i < fn->hooks.n; i++) {
		const struct dt_attach *at = fn->hooks.v[i];
		struct dt_perf_attr pa = {.type = (uint32_t)type,
					  .config = at->ref_ctr << REF_CTR_SHIFT | at->is_return,
					  .config1 = ptr(at->target),
					  .config2 = at->addr,
					  .sample_period = 1};
		int r = dt_sys_perf_open(&pa, at->pid ? at->pid : -1, at->pid ? -1 : 0);

		if (r >= 0)
			r = dt_attach_event(k, fn, r, fn->hooks.n > 1 ? i : 0);
		if (r < 0)
			return dt_kernel_fail(k, r, "failed to attach to %s at %#llx", at->target,
					      (unsigned long long)at->addr);
	}
	return 0;
}

static bool same_file(const struct dt_attach *a, const struct dt_attach *b)
{
	return a->pid == b->pid && !strcmp(a->target, b->target);
}

/* The hooks in the file and process of hook `first`, marked in done. */
static int attach_file(struct dt_kernel *k, struct ir_func *fn, uint32_t first, bool *done,
		       uint64_t *vals)
{
	const struct dt_attach *at = fn->hooks.v[first];
	uint64_t *offs = vals, *refs = vals + fn->hooks.n, *cookies = vals + 2 * fn->hooks.n;
	struct dt_attr_uprobe_multi l = {.prog_fd = (uint32_t)fn->fd,
					 .attach_type = BPF_AP_UPROBE_MULTI,
					 .path = ptr(at->target),
					 .offsets = ptr(offs),
					 .cookies = ptr(cookies),
					 .flags = at->is_return ? BPF_UPROBE_MULTI_RETURN : 0,
					 .pid = (uint32_t)at->pid};
	int r;

	for (uint32_t i = first; i < fn->hooks.n; i++) {
		const struct dt_attach *h = fn->hooks.v[i];

		if (done[i] || !same_file(at, h))
			continue;
		done[i] = true;
		offs[l.cnt] = h->addr;
		refs[l.cnt] = h->ref_ctr;
		cookies[l.cnt++] = i;
		if (h->ref_ctr)
			l.ref_ctr_offsets = ptr(refs);
	}
	r = dt_sys_bpf(BPF_CMD_LINK_CREATE, &l, sizeof(l));
	if (r < 0)
		return dt_kernel_fail(k, r, "failed to attach to %u places of %s", l.cnt,
				      at->target);
	dt_attach_keep(k, r, -1);
	return 0;
}

int dt_attach_uprobe_multi(struct dt_kernel *k, struct ir_func *fn)
{
	uint64_t *vals = calloc(3 * (size_t)fn->hooks.n, sizeof(*vals));
	bool *done = calloc(fn->hooks.n, sizeof(*done));
	int r = vals && done ? 0 : -ENOMEM;

	for (uint32_t i = 0; !r && i < fn->hooks.n; i++)
		if (!done[i])
			r = attach_file(k, fn, i, done, vals);
	free(vals);
	free(done);
	return r;
}
