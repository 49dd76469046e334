/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making the module's maps. Each becomes a file descriptor, with BTF where the kernel takes it (and
 * without where it does not), filled, frozen and mapped as its definition asks. An array of maps
 * with a template gets an inner map for each element.
 *
 * After each update of an array of maps the kernel waits for programs that may use the old element:
 * ten milliseconds and more, idling. So all elements are updated at the same time, by a thread
 * each.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "bpf/btf_info.h"
#include "bpf/kernel.h"

#define FILLERS 32

int dt_kernel_fail(struct dt_kernel *k, int err, const char *fmt, ...)
{
	const char *why = strerror(-err);
	va_list ap;

	va_start(ap, fmt);
	k->error = dt_vasprintf(k->mod->arena, fmt, ap);
	va_end(ap);
	if (err == -EPERM || err == -EACCES)
		why = geteuid() == 0 ? "not permitted, although root: is BPF locked down or this a "
				       "container without CAP_BPF and CAP_PERFMON?"
				     : "not permitted: be root, or have CAP_BPF and CAP_PERFMON";
	else if (err == -ENOMEM)
		why = "not enough memory";
	else if (err == -E2BIG)
		why = "too big for the kernel";
	k->error = dt_asprintf(k->mod->arena, "%s: %s", k->error, why);
	return err;
}

/* The size of a value with a share for each CPU: for a power of two of them, so that programs can
 * make sure by a mask that they stay inside. */
static uint32_t value_scaled(struct dt_kernel *k, const struct dt_mapdef *d, bool *overflow)
{
	uint64_t n = 1;

	while (n < k->ncpu && d->ncpu_value)
		n *= 2;
	n *= d->value_size;
	if (n > UINT32_MAX)
		*overflow = true;
	return (uint32_t)n;
}

static uint32_t scaled(struct dt_kernel *k, uint32_t n, bool per_cpu, bool *overflow)
{
	uint64_t v = per_cpu ? (uint64_t)n * k->ncpu : n;

	if (v > UINT32_MAX)
		*overflow = true;
	return (uint32_t)v;
}

static bool wants_btf(const struct dt_mapdef *d)
{
	return d->type == BPF_MT_TASK_STORAGE ||
	       ((d->btf_key || d->btf_value) &&
		(d->type == BPF_MT_HASH || d->type == BPF_MT_ARRAY || d->type == BPF_MT_LRU_HASH));
}

static void set_btf(struct dt_kernel *k, const struct dt_mapdef *d, struct dt_attr_map_create *a)
{
	struct dt_btf *b = dt_btf_new(k->mod->arena);
	const char *name = dt_asprintf(k->mod->arena, "%s_key", d->name);
	bool int_key = d->type == BPF_MT_ARRAY || d->type == BPF_MT_TASK_STORAGE;
	uint32_t kt, vt;
	int fd;

	kt = dt_btf_layout(b, name, d->btf_key, a->key_size, int_key);
	vt = dt_btf_layout(b, d->name, d->btf_value, d->btf_elem ? d->btf_elem : a->value_size,
			   false);
	if (d->btf_elem)
		vt = dt_btf_array(b, d->name, vt, d->btf_elem, a->value_size / d->btf_elem);
	fd = dt_btf_load(b);
	if (fd < 0)
		return;
	a->btf_fd = (uint32_t)fd;
	a->btf_key_type_id = kt;
	a->btf_value_type_id = vt;
}

/* One map as defined: its file descriptor or negative errno. */
static int create(struct dt_kernel *k, struct dt_mapdef *d, int inner_fd)
{
	struct dt_attr_map_create a = {.type = d->type, .key_size = d->key_size, .flags = d->flags};
	bool overflow = false;
	int fd;

	a.max_entries = scaled(k, d->max_entries, d->ncpu_entries, &overflow);
	a.value_size = value_scaled(k, d, &overflow);
	if (overflow)
		return -E2BIG;
	if (inner_fd >= 0)
		a.inner_map_fd = (uint32_t)inner_fd;
	if (d->mmapped && d->type == BPF_MT_ARRAY)
		a.flags |= BPF_MF_MMAPABLE;
	if (d->frozen)
		a.flags |= BPF_MF_RDONLY_PROG;
	for (size_t n = 0, o = 0; d->name[n] && o < 15; n++)
		a.name[o++] = (d->name[n] >= '0' && d->name[n] <= '9') ||
					      ((d->name[n] | 32) >= 'a' && (d->name[n] | 32) <= 'z')
				      ? d->name[n]
				      : '_';
	if (wants_btf(d))
		set_btf(k, d, &a);
	fd = dt_bpf_map_create(&a);
	if (a.btf_fd) {
		close((int)a.btf_fd);
		if (fd < 0 && d->type != BPF_MT_TASK_STORAGE) { /* BTF is decoration */
			a.btf_fd = a.btf_key_type_id = a.btf_value_type_id = 0;
			fd = dt_bpf_map_create(&a);
		}
	}
	return fd;
}

struct fill {
	struct dt_mapdef *d;
	uint32_t first, step; /* its elements */
	int rc;
};

static void *fill_some(void *arg)
{
	struct fill *f = arg;

	for (uint32_t i = f->first; i < f->d->ninner && !f->rc; i += f->step) {
		int r = dt_bpf_update(f->d->fd, &i, &f->d->inner_fds[i], BPF_UPDATE_ANY);

		f->rc = r < 0 ? r : 0;
	}
	return NULL;
}

/* The last share is this thread's; and those that no thread could be started for. */
static int fill_inner(struct dt_mapdef *d)
{
	struct fill f[FILLERS];
	pthread_t t[FILLERS];
	uint32_t n = d->ninner < FILLERS ? d->ninner : FILLERS, started = 0;
	int r = 0;

	for (uint32_t i = 0; i < n; i++)
		f[i] = (struct fill){.d = d, .first = i, .step = n};
	while (started + 1 < n && !pthread_create(&t[started], NULL, fill_some, &f[started]))
		started++;
	for (uint32_t i = started; i < n; i++)
		fill_some(&f[i]);
	for (uint32_t i = 0; i < started; i++)
		pthread_join(t[i], NULL);
	for (uint32_t i = 0; i < n && !r; i++)
		r = f[i].rc;
	return r;
}

/*
 * Every update of an array of maps waits for a grace period, of 10 ms or so; newer kernels wait
 * only once for a batch. The first kernels to have batches don't have them for this type of map:
 * there threads wait side by side.
 */
static int fill_outer(struct dt_kernel *k, struct dt_mapdef *d)
{
	uint32_t *keys = DT_NEW_N(k->mod->arena, uint32_t, d->ninner);
	struct dt_attr_map_batch b = {.keys = (uint64_t)(uintptr_t)keys,
				      .values = (uint64_t)(uintptr_t)d->inner_fds,
				      .count = d->ninner,
				      .map_fd = (uint32_t)d->fd};

	for (uint32_t i = 0; i < d->ninner; i++)
		keys[i] = i;
	if (d->ninner > 1 && dt_sys_bpf(BPF_CMD_MAP_UPDATE_BATCH, &b, sizeof(b)) >= 0 &&
	    b.count == d->ninner)
		return 0;
	return fill_inner(d);
}

static int make_inner(struct dt_kernel *k, struct dt_mapdef *d)
{
	bool overflow = false;
	uint32_t n = scaled(k, d->max_entries, d->ncpu_entries, &overflow);

	if (overflow || !n)
		return -E2BIG;
	d->inner_fds = DT_NEW_N(k->mod->arena, int, n);
	for (uint32_t i = 0; i < n; i++) {
		bool made = i == d->inner_elem && d->inner->fd >= 0;
		int fd = made ? fcntl(d->inner->fd, F_DUPFD_CLOEXEC, 0) : create(k, d->inner, -1);

		if (fd < 0)
			return made ? -errno : fd;
		d->inner_fds[d->ninner++] = fd;
	}
	d->fd = create(k, d, d->inner_fds[0]);
	return d->fd < 0 ? d->fd : fill_outer(k, d);
}

/* With the same BTF as the first ones had: 6.1 takes no other for an element of the array. */
int dt_map_replace(struct dt_kernel *k, struct dt_mapdef *outer, uint32_t i, uint32_t entries)
{
	struct dt_mapdef in = *outer->inner;
	int fd, r;

	if (i >= outer->ninner)
		return -EINVAL;
	in.max_entries = entries;
	fd = create(k, &in, -1);
	if (fd < 0)
		return fd;
	r = dt_bpf_update(outer->fd, &i, &fd, BPF_UPDATE_ANY);
	if (r < 0) {
		close(fd);
		return r;
	}
	close(outer->inner_fds[i]);
	outer->inner_fds[i] = fd;
	return 0;
}

static int map_memory(struct dt_kernel *k, struct dt_mapdef *d)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), size;
	bool overflow = false;

	size = ((uint64_t)value_scaled(k, d, &overflow) + 7) & ~7ull;
	size *= scaled(k, d->max_entries, d->ncpu_entries, &overflow);
	d->mem_size = (size + page - 1) / page * page;
	d->mem = mmap(NULL, d->mem_size, d->frozen ? PROT_READ : PROT_READ | PROT_WRITE, MAP_SHARED,
		      d->fd, 0);
	if (d->mem == MAP_FAILED) {
		d->mem = NULL;
		return -errno;
	}
	return 0;
}

/* Initial contents are for one CPU's share; the rest of a per-CPU value stays zero. */
static int fill(struct dt_kernel *k, struct dt_mapdef *d)
{
	bool overflow = false;
	uint32_t zero = 0, size = value_scaled(k, d, &overflow);
	const void *from = d->init;
	int r;

	if (size != d->value_size) {
		void *all = dt_alloc(k->mod->arena, size);

		memcpy(all, d->init, d->value_size);
		from = all;
	}
	r = dt_bpf_update(d->fd, &zero, from, BPF_UPDATE_ANY);
	return r < 0 ? r : 0;
}

static int make_map(struct dt_kernel *k, struct dt_mapdef *d)
{
	int r = 0;

	if (d->type == BPF_MT_ARRAY_OF_MAPS && d->inner) {
		r = make_inner(k, d);
	} else {
		d->fd = create(k, d, -1);
		r = d->fd < 0 ? d->fd : 0;
	}
	if (r == -E2BIG && d->key_size > DT_BPF_KEY)
		return dt_kernel_fail(k, r,
				      "failed to create the map %s: its keys are of %u bytes, and "
				      "this kernel takes %u (a smaller strsize makes them shorter)",
				      d->name, d->key_size, DT_BPF_KEY);
	if (r < 0)
		return dt_kernel_fail(k, r, "failed to create the map %s", d->name);
	if (d->init && (r = fill(k, d)) < 0)
		return dt_kernel_fail(k, r, "failed to fill the map %s", d->name);
	if (d->frozen && (r = dt_bpf_freeze(d->fd)) < 0)
		return dt_kernel_fail(k, r, "failed to freeze the map %s", d->name);
	if (d->mmapped && (r = map_memory(k, d)) < 0)
		return dt_kernel_fail(k, r, "failed to map the map %s", d->name);
	return 0;
}

/* Kernels that charge map memory to the user refuse everything beyond 64 KiB by default. */
int dt_kernel_open(struct dt_kernel *k, struct ir_module *mod, struct dt_features *feat)
{
	int r;

	k->mod = mod;
	k->features = feat;
	k->error = NULL;
	k->btf_fd = -1;
	k->ncpu = dt_ncpu_possible();
	dt_allow_memory(feat);
	for (uint32_t i = 0; i < mod->maps.n; i++) {
		r = make_map(k, mod->maps.v[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

void dt_maps_close(struct ir_module *mod)
{
	for (uint32_t i = 0; i < mod->maps.n; i++) {
		struct dt_mapdef *d = mod->maps.v[i];

		if (d->mem)
			munmap(d->mem, d->mem_size);
		d->mem = NULL;
		for (uint32_t n = 0; n < d->ninner; n++)
			close(d->inner_fds[n]);
		d->ninner = 0;
		if (d->fd >= 0)
			close(d->fd);
		d->fd = -1;
	}
}
