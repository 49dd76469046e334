/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events and functions of the kernel.
 *
 *	TRACEPOINT    a perf event of the tracepoint's number; one serves all CPUs
 *	FENTRY        a link to the trampoline that the program was loaded for
 *	KPROBE        a perf event of the kprobe PMU for each function
 *	KPROBE_MULTI  one link for all functions of a program
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "bpf/features_priv.h"
#include "bpf/kernel.h"
#include "proc/kfunc.h"

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

/* ------------------------------------------------------------------ functions */

/* Errors that are about this function, not about us or the mechanism: the others can go on without. */
static bool is_refusal(int err)
{
	switch (err) {
	case -EADDRNOTAVAIL:
	case -EBUSY:
	case -EEXIST:
	case -EILSEQ:
	case -EINVAL:
	case -ENOENT:
	case -EOPNOTSUPP:
	case -ESRCH: return true;
	default: return false;
	}
}

/* Does another place serve the i-th hook's probe? A probe's hooks are next to each other. */
static bool hangs_elsewhere(const struct ir_func *fn, const bool *gone, uint32_t i)
{
	for (uint32_t k = i + 1; k < fn->hooks.n && fn->probes.v[k] == fn->probes.v[i]; k++)
		if (!gone[k])
			return true;
	for (uint32_t k = i; k-- && fn->probes.v[k] == fn->probes.v[i];)
		if (!gone[k])
			return true;
	return false;
}

/* What the kernel has refused of a program's hooks. */
struct refusals {
	bool *gone;       /* for each hook, NULL: of none yet */
	const char **why; /* in the arena */
};

/* The i-th function cannot be attached to: it is left out, or that is the end. */
static int refused(struct dt_kernel *k, struct ir_func *fn, struct refusals *rf, uint32_t i,
		   int err)
{
	struct dt_arena *a = k->mod->arena;

	if (!k->registry || !is_refusal(err))
		return dt_kernel_fail(k, err, "failed to attach to the function %s",
				      fn->hooks.v[i]->target);
	if (!rf->gone) {
		rf->gone = DT_NEW_N(a, bool, fn->hooks.n);
		rf->why = DT_NEW_N(a, const char *, fn->hooks.n);
	}
	rf->gone[i] = true;
	rf->why[i] = err == -ESRCH || err == -ENOENT
			     ? "the kernel has no such function that can be traced"
			     : dt_asprintf(a, "the kernel refuses: %s", strerror(-err));
	return 0;
}

/* Probes that hang nowhere are left out: once each. */
static void leave_out(struct dt_kernel *k, const struct ir_func *fn, const struct refusals *rf)
{
	/* one place for all */
	for (uint32_t i = 1; rf->gone && fn->hooks.n == 1 && i < fn->probes.n; i++)
		dt_registry_skip(k->registry, fn->probes.v[i], rf->why[0]);
	for (uint32_t i = 0; rf->gone && i < fn->hooks.n; i++)
		if (rf->gone[i] && !(i && fn->probes.v[i - 1] == fn->probes.v[i]) &&
		    !hangs_elsewhere(fn, rf->gone, i))
			dt_registry_skip(k->registry, fn->probes.v[i], rf->why[i]);
}

int dt_attach_fentry(struct dt_kernel *k, struct ir_func *fn)
{
	struct dt_attr_raw_tp a = {.prog_fd = (uint32_t)fn->fd};
	int fd = dt_sys_bpf(BPF_CMD_RAW_TP_OPEN, &a, sizeof(a)), r = 0;
	struct refusals rf = {0};

	if (fd < 0)
		r = refused(k, fn, &rf, 0, fd);
	else
		dt_attach_keep(k, fd, -1);
	leave_out(k, fn, &rf);
	return r;
}

/* What attaching a program's functions one by one needs. */
struct kprobes {
	struct dt_kernel *k;
	struct ir_func *fn;
	uint32_t type; /* of the kprobe PMU */
	int bodies;    /* with stubs: the array that they go on through, or -1 */
};

/*
 * A stub for the i-th function:
 *
 *	p = lookup(stub_index, 0)
 *	if (p) { *p = i; tail_call(bodies, 0) }
 *	return 0
 */
static int load_stub(const struct kprobes *kp, uint32_t i)
{
	const struct dt_insn p[] = {
		MOV_X(6, 1),
		INSN(BPF_C_ST | BPF_M_MEM | BPF_S_W, 10, 0, -4, 0),
		MOV_X(2, 10),
		INSN(BPF_C_ALU64 | BPF_A_ADD | BPF_SRC_K, 2, 0, 0, -4),
		INSN(BPF_OP_LDIMM64, 1, BPF_PS_MAP_FD, 0, kp->fn->stub_index->fd),
		INSN(0, 0, 0, 0, 0),
		CALL(1),
		INSN(BPF_C_JMP | BPF_J_EQ | BPF_SRC_K, 0, 0, 6, 0),
		INSN(BPF_C_ST | BPF_M_MEM | BPF_S_DW, 0, 0, 0, (int32_t)i),
		MOV_X(1, 6),
		INSN(BPF_OP_LDIMM64, 2, BPF_PS_MAP_FD, 0, kp->bodies),
		INSN(0, 0, 0, 0, 0),
		MOV_K(3, 0),
		CALL(12),
		MOV_K(0, 0),
		EXIT,
	};
	struct dt_attr_prog_load a = {.type = BPF_PT_KPROBE,
				      .insn_cnt = sizeof(p) / sizeof(*p),
				      .insns = ptr(p),
				      .license = ptr("GPL")};

	return dt_sys_bpf(BPF_CMD_PROG_LOAD, &a, sizeof(a));
}

/* The array of one program, which the stubs go on to. It is emptied when we close it. */
static int make_bodies(struct kprobes *kp)
{
	struct dt_attr_map_create a = {
		.type = BPF_MT_PROG_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
	uint32_t zero = 0;
	int r;

	kp->bodies = -1;
	if (!kp->fn->stub_index)
		return 0;
	kp->bodies = dt_bpf_map_create(&a);
	if (kp->bodies < 0)
		return kp->bodies;
	dt_attach_keep(kp->k, kp->bodies, -1);
	r = dt_bpf_update(kp->bodies, &zero, &kp->fn->fd, BPF_UPDATE_ANY);
	return r < 0 ? r : 0;
}

/* The program, or its stub, is run by the event from now on. */
static int run_by(const struct kprobes *kp, uint32_t i, int event)
{
	bool cookie = kp->fn->attach->index == DT_INDEX_COOKIE;
	struct ir_func stub;
	int r;

	if (kp->bodies < 0)
		return dt_attach_event(kp->k, kp->fn, event, cookie ? i : 0);
	stub = *kp->fn;
	stub.fd = load_stub(kp, i);
	if (stub.fd < 0) {
		close(event);
		return stub.fd;
	}
	r = dt_attach_event(kp->k, &stub, event, 0);
	close(stub.fd);
	return r;
}

/* One event: by name, or by address if there is one. */
static int open_kprobe(const struct kprobes *kp, uint32_t i, uint64_t addr)
{
	const struct dt_attach *at = kp->fn->hooks.v[i];
	struct dt_perf_attr pa = {.type = kp->type,
				  .config = at->is_return,
				  .config1 = addr ? 0 : ptr(at->target),
				  .config2 = addr,
				  .sample_period = 1};
	int r = dt_sys_perf_open(&pa, -1, 0);

	if (r >= 0)
		r = run_by(kp, i, r);
	if (r >= 0)
		kp->k->links.v[kp->k->links.n - 1]->counted = true;
	return r;
}

/* A name that several functions have: the kernel wants to know which. All of them. */
static int open_namesakes(const struct kprobes *kp, uint32_t i)
{
	const struct dt_attach *at = kp->fn->hooks.v[i];
	struct dt_kfunc found[64];
	int n = dt_kfunc_lookup(kp->k->mod->arena, at->module ? at->module : "", at->target, found,
				64),
	    r = n < 0 ? n : -ENOENT;

	for (int f = 0, one; f < n && f < 64; f++) {
		one = open_kprobe(kp, i, found[f].addr);
		if (one < 0 && !is_refusal(one))
			return one;
		if (r < 0)
			r = one;
	}
	return r;
}

int dt_attach_kprobe(struct dt_kernel *k, struct ir_func *fn)
{
	int64_t type = dt_read_number("/sys/bus/event_source/devices/kprobe/type");
	struct kprobes kp = {.k = k, .fn = fn, .type = (uint32_t)type};
	struct refusals rf = {0};
	struct rlimit files;
	int r;

	if (type < 0)
		return dt_kernel_fail(k, (int)type, "this kernel has no kprobes");
	if (!getrlimit(RLIMIT_NOFILE, &files) && files.rlim_cur < files.rlim_max) {
		files.rlim_cur = files.rlim_max; /* two file descriptors for each */
		setrlimit(RLIMIT_NOFILE, &files);
	}
	r = make_bodies(&kp);
	if (r)
		return dt_kernel_fail(k, r, "failed to make a table of programs");
	for (uint32_t i = 0; i < fn->hooks.n; i++) {
		r = open_kprobe(&kp, i, fn->hooks.v[i]->addr);
		if (r == -EADDRNOTAVAIL && !fn->hooks.v[i]->addr)
			r = open_namesakes(&kp, i);
		if (r < 0 && (r = refused(k, fn, &rf, i, r)))
			return r;
	}
	leave_out(k, fn, &rf);
	return 0;
}

/* Hooks idx[0] to idx[n - 1], all by address or all by name; those that the kernel won't have are
 * searched for by halves, since it says only that there are some. */
static int link_multi(struct dt_kernel *k, struct ir_func *fn, struct refusals *rf,
		      const uint32_t *idx, uint32_t n, uint64_t *vals)
{
	bool by_addr = fn->hooks.v[idx[0]]->addr != 0;
	uint64_t *where = vals, *cookies = vals + n;
	struct dt_attr_kprobe_multi l = {.prog_fd = (uint32_t)fn->fd,
					 .attach_type = BPF_AP_KPROBE_MULTI,
					 .flags = fn->attach->is_return ? BPF_KPROBE_MULTI_RETURN
									: 0,
					 .cnt = n,
					 .cookies = ptr(cookies)};
	int r;

	for (uint32_t i = 0; i < n; i++) {
		const struct dt_attach *at = fn->hooks.v[idx[i]];

		where[i] = by_addr ? at->addr : ptr(at->target);
		cookies[i] = idx[i];
	}
	if (!fn->asks_cookie) /* which the kernel would sort */
		l.cookies = 0;
	if (by_addr)
		l.addrs = ptr(where);
	else
		l.syms = ptr(where);
	r = dt_sys_bpf(BPF_CMD_LINK_CREATE, &l, sizeof(l));
	if (r >= 0) {
		dt_attach_keep(k, r, -1);
		k->links.v[k->links.n - 1]->counted = true;
		return 0;
	}
	if (n == 1 || !is_refusal(r))
		return refused(k, fn, rf, idx[0], r);
	r = link_multi(k, fn, rf, idx, n / 2, vals);
	return r ? r : link_multi(k, fn, rf, idx + n / 2, n - n / 2, vals);
}

int dt_attach_kprobe_multi(struct dt_kernel *k, struct ir_func *fn)
{
	uint32_t n = fn->hooks.n, named = 0, placed = 0;
	uint64_t *vals = calloc(2 * (size_t)n, sizeof(*vals));
	uint32_t *idx = calloc(n, sizeof(*idx));
	struct refusals rf = {0};
	int r = vals && idx ? 0 : -ENOMEM;

	for (uint32_t i = 0; !r && i < n; i++) /* named ones first, the others from the end on */
		if (fn->hooks.v[i]->addr)
			idx[n - ++placed] = i;
		else
			idx[named++] = i;
	if (!r && named)
		r = link_multi(k, fn, &rf, idx, named, vals);
	if (!r && placed)
		r = link_multi(k, fn, &rf, idx + named, placed, vals);
	if (!r)
		leave_out(k, fn, &rf);
	free(vals);
	free(idx);
	return r == -ENOMEM && !k->error ? dt_kernel_fail(k, r, "out of memory") : r;
}
