/* SPDX-License-Identifier: BSD-2-Clause */
/* The system calls behind sys.h, and thin wrappers for the commands that are used in many places.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "bpf/sys.h"

#define PERF_FLAG_FD_CLOEXEC_ 8
#define RAW_TP_CTX_BYTES      96 /* as much as the kernel lets a raw tracepoint program have */

static uint64_t ptr(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

int dt_sys_bpf(int cmd, void *attr, uint32_t size)
{
	int tries = 0;
	long r;

	do { /* a signal makes the verifier give up with EAGAIN */
		r = syscall(SYS_bpf, cmd, attr, size);
	} while (r < 0 && (errno == EINTR || (errno == EAGAIN && cmd == BPF_CMD_PROG_LOAD)) &&
		 ++tries < 20);
	return r < 0 ? -errno : (int)r;
}

int dt_sys_perf_open(struct dt_perf_attr *attr, int pid, int cpu)
{
	long r;

	attr->size = sizeof(*attr);
	r = syscall(SYS_perf_event_open, attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC_);
	return r < 0 ? -errno : (int)r;
}

int dt_sys_membarrier(int cmd)
{
	long r = syscall(SYS_membarrier, cmd, 0, 0);

	return r < 0 ? -errno : (int)r;
}

int dt_bpf_map_create(struct dt_attr_map_create *attr)
{
	return dt_sys_bpf(BPF_CMD_MAP_CREATE, attr, offsetof(struct dt_attr_map_create, extra));
}

int dt_bpf_lookup(int fd, const void *key, void *value)
{
	struct dt_attr_map_elem a = {.map_fd = (uint32_t)fd, .key = ptr(key), .value = ptr(value)};

	return dt_sys_bpf(BPF_CMD_MAP_LOOKUP, &a, sizeof(a));
}

int dt_bpf_update(int fd, const void *key, const void *value, uint64_t flags)
{
	struct dt_attr_map_elem a = {
		.map_fd = (uint32_t)fd, .key = ptr(key), .value = ptr(value), .flags = flags};

	return dt_sys_bpf(BPF_CMD_MAP_UPDATE, &a, sizeof(a));
}

int dt_bpf_delete(int fd, const void *key)
{
	struct dt_attr_map_elem a = {.map_fd = (uint32_t)fd, .key = ptr(key)};

	return dt_sys_bpf(BPF_CMD_MAP_DELETE, &a, sizeof(a));
}

int dt_bpf_next_key(int fd, const void *key, void *next)
{
	struct dt_attr_map_elem a = {.map_fd = (uint32_t)fd, .key = ptr(key), .value = ptr(next)};

	return dt_sys_bpf(BPF_CMD_MAP_NEXT_KEY, &a, sizeof(a));
}

int dt_bpf_lookup_batch(int fd, const void *in, void *out, void *keys, void *values,
			uint32_t *count, int del)
{
	struct dt_attr_map_batch a = {.in_batch = ptr(in),
				      .out_batch = ptr(out),
				      .keys = ptr(keys),
				      .values = ptr(values),
				      .count = *count,
				      .map_fd = (uint32_t)fd};
	int r = dt_sys_bpf(del ? BPF_CMD_MAP_LOOKUP_DELETE_BATCH : BPF_CMD_MAP_LOOKUP_BATCH, &a,
			   sizeof(a));

	*count = r == 0 || r == -ENOENT ? a.count : 0;
	return r;
}

int dt_bpf_freeze(int fd)
{
	struct dt_attr_fd a = {.fd = (uint32_t)fd};

	return dt_sys_bpf(BPF_CMD_MAP_FREEZE, &a, sizeof(a.fd));
}

int dt_bpf_test_run(int prog_fd, uint32_t cpu, uint32_t *ret)
{
	uint64_t ctx[RAW_TP_CTX_BYTES / 8] = {0};
	struct dt_attr_test_run a = {.prog_fd = (uint32_t)prog_fd,
				     .ctx_size_in = sizeof(ctx),
				     .ctx_in = ptr(ctx),
				     .flags = BPF_TEST_RUN_ON_CPU,
				     .cpu = cpu};
	int r = dt_sys_bpf(BPF_CMD_TEST_RUN, &a, sizeof(a));

	if (!r && ret)
		*ret = a.retval;
	return r;
}

static int info_by_fd(int fd, void *out, uint32_t size)
{
	struct dt_attr_info a = {.fd = (uint32_t)fd, .len = size, .info = ptr(out)};
	int r;

	memset(out, 0, size);
	r = dt_sys_bpf(BPF_CMD_INFO_BY_FD, &a, sizeof(a));
	return r < 0 ? r : (int)a.len;
}

int dt_bpf_prog_info(int prog_fd, struct dt_prog_info *out)
{
	return info_by_fd(prog_fd, out, sizeof(*out));
}

int dt_bpf_link_info(int link_fd, struct dt_link_info *out)
{
	return info_by_fd(link_fd, out, sizeof(*out));
}
