/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attaching: with its neighbours the only place that opens perf events and links.
 *
 *	attach.c         raw tracepoints; what all have in common
 *	attach_perf.c    events of perf that overflow: a clock, counters
 *	attach_kernel.c  tracepoints, functions of the kernel
 *	attach_user.c    functions and other places of programs
 *
 * Whatever is opened is a file descriptor in k->links. Detaching first disables all events, so that
 * nothing fires any more, and only then closes them, which takes the kernel long.
 */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include "bpf/kernel.h"

static uint64_t ptr(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

void dt_attach_keep(struct dt_kernel *k, int fd, int event)
{
	struct dt_link_fd *l = DT_NEW(k->mod->arena, struct dt_link_fd);

	l->fd = fd;
	l->event = event;
	dt_vec_push(k->mod->arena, &k->links, l);
}

void dt_attach_raise_files(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur >= files.rlim_max)
		return;
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
}

/* The program is run by the event from now on; takes the event, whatever comes of it. */
int dt_attach_event(struct dt_kernel *k, struct ir_func *fn, int event, uint64_t cookie)
{
	struct dt_attr_link l = {.prog_fd = (uint32_t)fn->fd,
				 .target_fd = (uint32_t)event,
				 .attach_type = BPF_AP_PERF_EVENT,
				 .bpf_cookie = cookie};
	int link = -1;

	if (dt_feature(k->features, FEAT_PERF_LINK))
		link = dt_sys_bpf(BPF_CMD_LINK_CREATE, &l, sizeof(l));
	if (link < 0 && (cookie || ioctl(event, DT_PERF_IOC_SET_BPF, fn->fd))) {
		int err = link < 0 && cookie ? link : -errno;

		close(event);
		return err;
	}
	dt_attach_keep(k, link, event);
	return 0;
}

static int attach_raw_tp(struct dt_kernel *k, struct ir_func *fn)
{
	struct dt_attr_raw_tp a = {.name = ptr(fn->attach->target), .prog_fd = (uint32_t)fn->fd};
	int fd = dt_sys_bpf(BPF_CMD_RAW_TP_OPEN, &a, sizeof(a));

	if (fd < 0)
		return dt_kernel_fail(k, fd, "failed to attach to the tracepoint %s",
				      fn->attach->target);
	dt_attach_keep(k, fd, -1);
	return 0;
}

int dt_attach(struct dt_kernel *k, struct ir_func *fn, int cpu)
{
	if (fn->fd < 0 || !fn->attach)
		return dt_kernel_fail(k, -EINVAL, "%s is not loaded", fn->name);
	switch (fn->attach->mech) {
	case DT_MECH_TESTRUN:
	case DT_MECH_CALLED: return 0; /* run by us */
	case DT_MECH_RAW_TP: return attach_raw_tp(k, fn);
	case DT_MECH_TRACEPOINT: return dt_attach_tracepoint(k, fn);
	case DT_MECH_PERF_CLOCK:
	case DT_MECH_PERF_EVENT: return dt_attach_perf(k, fn, cpu);
	case DT_MECH_FENTRY: return dt_attach_fentry(k, fn);
	case DT_MECH_KPROBE: return dt_attach_kprobe(k, fn);
	case DT_MECH_KPROBE_MULTI: return dt_attach_kprobe_multi(k, fn);
	case DT_MECH_UPROBE: return dt_attach_uprobe(k, fn);
	case DT_MECH_UPROBE_MULTI: return dt_attach_uprobe_multi(k, fn);
	case DT_MECH_KFUNC:
	case DT_MECH_UFUNC: break; /* requests: plan/ has made something of them */
	}
	return dt_kernel_fail(k, -EINVAL, "%s has no way to be attached", fn->name);
}

void dt_detach_all(struct dt_kernel *k, void (*progress)(void *, unsigned, unsigned), void *arg)
{
	uint32_t n = k->links.n;

	for (uint32_t i = 0; i < n; i++)
		if (k->links.v[i]->event >= 0)
			ioctl(k->links.v[i]->event, DT_PERF_IOC_DISABLE, 0);
	dt_detach_links(k);
	for (uint32_t i = 0; i < n; i++) {
		if (k->links.v[i]->fd >= 0)
			close(k->links.v[i]->fd);
		if (k->links.v[i]->event >= 0)
			close(k->links.v[i]->event);
		if (progress)
			progress(arg, i + 1, n);
	}
	k->links.n = 0;
}

/*
 * The run has to be in this process's own context: pid, execname and user memory are the consumer's
 * in BEGIN and END. Asked to run on another CPU, the kernel would interrupt whoever is running
 * there, so the thread goes to that CPU first.
 */
int dt_testrun(struct dt_kernel *k, struct ir_func *fn, uint32_t cpu)
{
	cpu_set_t before, there;
	bool moved = false;
	int r;

	if (fn->fd < 0)
		return dt_kernel_fail(k, -EINVAL, "%s is not loaded", fn->name);
	if (cpu < CPU_SETSIZE && !sched_getaffinity(0, sizeof(before), &before)) {
		CPU_ZERO(&there);
		CPU_SET(cpu, &there);
		moved = !sched_setaffinity(0, sizeof(there), &there);
	}
	r = dt_bpf_test_run(fn->fd, cpu, NULL);
	if (moved)
		sched_setaffinity(0, sizeof(before), &before);
	if (r < 0)
		return dt_kernel_fail(k, r, "failed to run %s on CPU %u", fn->name, cpu);
	return 0;
}

/* What never came as far as a program, for want of room for one more return, or within itself. */
static uint64_t link_misses(int fd)
{
	struct dt_link_info info;

	if (dt_bpf_link_info(fd, &info) < 0)
		return 0;
	if (info.type == BPF_LT_KPROBE_MULTI)
		return info.kprobe_multi.missed;
	if (info.type == BPF_LT_PERF_EVENT &&
	    (info.kprobe.type == BPF_PE_KPROBE || info.kprobe.type == BPF_PE_KRETPROBE))
		return info.kprobe.missed;
	return 0;
}

void dt_detach_links(struct dt_kernel *k)
{
	for (uint32_t i = 0; i < k->links.n; i++) {
		struct dt_link_fd *l = k->links.v[i];

		if (l->fd < 0 || l->event >= 0)
			continue;
		if (l->counted)
			k->links_missed += link_misses(l->fd);
		close(l->fd);
		l->fd = -1;
	}
}

uint64_t dt_recursion_misses(const struct dt_kernel *k)
{
	struct dt_prog_info info;
	uint64_t n = k->links_missed;

	if (!k->mod)
		return 0;
	for (const struct ir_func *f = k->mod->first; f; f = f->next)
		if (f->fd >= 0 && dt_bpf_prog_info(f->fd, &info) >= 0)
			n += info.recursion_misses; /* 0 where the kernel does not count */
	for (uint32_t i = 0; i < k->links.n; i++)
		if (k->links.v[i]->counted && k->links.v[i]->fd >= 0)
			n += link_misses(k->links.v[i]->fd);
	return n;
}

/* Updating an array of maps makes the kernel wait for programs that may use the replaced map. */
static int wait_by_map(void)
{
	struct dt_attr_map_create in = {
		.type = BPF_MT_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
	struct dt_attr_map_create out = {
		.type = BPF_MT_ARRAY_OF_MAPS, .key_size = 4, .value_size = 4, .max_entries = 1};
	int inner = dt_bpf_map_create(&in), outer, r;
	uint32_t zero = 0;

	if (inner < 0)
		return inner;
	out.inner_map_fd = (uint32_t)inner;
	outer = dt_bpf_map_create(&out);
	r = outer;
	if (outer >= 0) {
		r = dt_bpf_update(outer, &zero, &inner, BPF_UPDATE_ANY);
		close(outer);
	}
	close(inner);
	return r < 0 ? r : 0;
}

int dt_grace_period(struct dt_kernel *k)
{
	int r = -EINVAL;

	if (dt_feature(k->features, FEAT_MEMBARRIER))
		r = dt_sys_membarrier(DT_MEMBARRIER_GLOBAL);
	if (r < 0) /* refused, on machines with CPUs that keep no tick, for instance */
		r = wait_by_map();
	return r < 0 ? dt_kernel_fail(k, r, "failed to wait for running programs") : 0;
}

void dt_kernel_close(struct dt_kernel *k)
{
	if (!k->mod)
		return;
	dt_detach_all(k, NULL, NULL);
	for (struct ir_func *f = k->mod->first; f; f = f->next) {
		if (f->fd >= 0)
			close(f->fd);
		f->fd = -1;
	}
	dt_maps_close(k->mod);
	if (k->btf_fd >= 0)
		close(k->btf_fd);
	k->btf_fd = -1;
	k->mod = NULL;
}
