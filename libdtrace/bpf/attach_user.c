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

#define REF_CTR_SHIFT   32  /* where config has the counter's offset */
#define KERNEL_ENOTSUPP 524 /* an error number that is not meant to be seen */

static uint64_t ptr(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

/* Errors that are about one place, not about all: the others can go on without. */
static const char *why_not(int err)
{
	switch (err) {
	case -KERNEL_ENOTSUPP:
	case -EINVAL:
	case -EIO:
	case -ENOEXEC: return "its instruction is one that the kernel cannot step over";
	case -ENOENT: return "the file is not there any more";
	case -ESRCH: return "the process has ended";
	default: return NULL;
	}
}

/* The i-th place cannot be attached to: it is left out, or that is the end. */
static int refused(struct dt_kernel *k, struct ir_func *fn, uint32_t i, int err)
{
	const char *why = why_not(err);

	if (!why || !k->registry)
		return dt_kernel_fail(k, err, "failed to attach to %s at %#llx",
				      fn->hooks.v[i]->target,
				      (unsigned long long)fn->hooks.v[i]->addr);
	dt_registry_skip(k->registry, fn->probes.v[i], why);
	return 0;
}

int dt_attach_uprobe(struct dt_kernel *k, struct ir_func *fn)
{
	int64_t type = dt_read_number("/sys/bus/event_source/devices/uprobe/type");
	int r = 0;

	if (type < 0)
		return dt_kernel_fail(k, (int)type, "this kernel has no uprobes");
	dt_attach_raise_files();
	for (uint32_t i = 0; !r && i < fn->hooks.n; i++) {
		const struct dt_attach *at = fn->hooks.v[i];
		struct dt_perf_attr pa = {.type = (uint32_t)type,
					  .config = at->ref_ctr << REF_CTR_SHIFT | at->is_return,
					  .config1 = ptr(at->target),
					  .config2 = at->addr,
					  .sample_period = 1};

		r = dt_sys_perf_open(&pa, at->pid ? at->pid : -1, at->pid ? -1 : 0);
		if (r >= 0)
			r = dt_attach_event(k, fn, r, fn->hooks.n > 1 ? i : 0);
		if (r < 0)
			r = refused(k, fn, i, r);
	}
	return r;
}

/* Places of one file, or some of them, with what a link wants to know of each. */
struct batch {
	const struct dt_attach *at; /* one of them */
	uint32_t n;
	uint64_t *offs, *refs, *cookies;
	bool counters;
};

static int link_batch(struct dt_kernel *k, struct ir_func *fn, const struct batch *b)
{
	struct dt_attr_uprobe_multi l = {
		.prog_fd = (uint32_t)fn->fd,
		.attach_type = BPF_AP_UPROBE_MULTI,
		.path = ptr(b->at->target),
		.offsets = ptr(b->offs),
		.ref_ctr_offsets = b->counters ? ptr(b->refs) : 0,
		.cookies = ptr(b->cookies),
		.cnt = b->n,
		.flags = b->at->is_return ? BPF_UPROBE_MULTI_RETURN : 0,
		.pid = (uint32_t)b->at->pid,
	};
	int r = dt_sys_bpf(BPF_CMD_LINK_CREATE, &l, sizeof(l));

	if (r >= 0)
		dt_attach_keep(k, r, -1);
	return r < 0 ? r : 0;
}

/*
 * One link for all. The kernel refuses all if it refuses one (an instruction that it cannot step
 * over): then by halves, so that only those are left out that must be.
 */
static int attach_batch(struct dt_kernel *k, struct ir_func *fn, struct batch b)
{
	struct batch half = b;
	int r = link_batch(k, fn, &b);

	if (!r)
		return 0;
	if (b.n == 1 || !why_not(r))
		return refused(k, fn, (uint32_t)b.cookies[0], r);
	if (r == -ENOENT || r == -ESRCH) { /* that is about all of them */
		for (uint32_t i = 0; i < b.n; i++)
			refused(k, fn, (uint32_t)b.cookies[i], r);
		return 0;
	}
	half.n = b.n / 2;
	r = attach_batch(k, fn, half);
	if (r)
		return r;
	half.offs += half.n;
	half.refs += half.n;
	half.cookies += half.n;
	half.n = b.n - half.n;
	return attach_batch(k, fn, half);
}

static bool same_file(const struct dt_attach *a, const struct dt_attach *b)
{
	return a->pid == b->pid && !strcmp(a->target, b->target);
}

/* The hooks in the file and process of hook `first`, marked in done. */
static int attach_file(struct dt_kernel *k, struct ir_func *fn, uint32_t first, bool *done,
		       uint64_t *vals)
{
	struct batch b = {.at = fn->hooks.v[first],
			  .offs = vals,
			  .refs = vals + fn->hooks.n,
			  .cookies = vals + 2 * fn->hooks.n};

	for (uint32_t i = first; i < fn->hooks.n; i++) {
		const struct dt_attach *h = fn->hooks.v[i];

		if (done[i] || !same_file(b.at, h))
			continue;
		done[i] = true;
		b.offs[b.n] = h->addr;
		b.refs[b.n] = h->ref_ctr;
		b.cookies[b.n++] = i;
		b.counters |= h->ref_ctr != 0;
	}
	return attach_batch(k, fn, b);
}

int dt_attach_uprobe_multi(struct dt_kernel *k, struct ir_func *fn)
{
	uint64_t *vals = calloc(3 * (size_t)fn->hooks.n, sizeof(*vals));
	bool *done = calloc(fn->hooks.n, sizeof(*done));
	int r = vals && done ? 0 : dt_kernel_fail(k, -ENOMEM, "out of memory");

	for (uint32_t i = 0; !r && i < fn->hooks.n; i++)
		if (!done[i])
			r = attach_file(k, fn, i, done, vals);
	free(vals);
	free(done);
	return r;
}
