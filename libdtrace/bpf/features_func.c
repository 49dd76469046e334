/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Feature probes of the ways to attach to functions. Patching and unpatching kernel text, and
 * closing perf events, is slow; so where the kernel's complaint about a function that isn't there
 * proves that it knows the mechanism, that is what is asked for.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bpf/features_priv.h"

#define KPROBE_TYPE "/sys/bus/event_source/devices/kprobe/type"
#define NOWHERE     "dtrace_no_such_function"
#define NO_PLACE    0x7ffffff0u /* bytes: no function is as long */

static uint64_t ptr(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

static int load_as(uint32_t type, uint32_t attach_type, uint32_t btf_id,
		   const struct dt_insn *insns, uint32_t n)
{
	struct dt_attr_prog_load a = {.type = type,
				      .insn_cnt = n,
				      .insns = ptr(insns),
				      .license = ptr("GPL"),
				      .expected_attach_type = attach_type,
				      .attach_btf_id = btf_id};

	return dt_sys_bpf(BPF_CMD_PROG_LOAD, &a, sizeof(a));
}

/* A kprobe, as far from the function's entry as it goes: what the kernel says of it. */
static int kprobe_error(const char *name)
{
	struct dt_perf_attr pa = {
		.flags = DT_PERF_F_DISABLED, .config1 = ptr(name), .config2 = NO_PLACE};
	FILE *f = fopen(KPROBE_TYPE, "re");
	int fd;

	if (!f)
		return -ENODEV;
	if (fscanf(f, "%u", &pa.type) != 1)
		pa.type = 0;
	fclose(f);
	if (!pa.type)
		return -ENODEV;
	fd = dt_sys_perf_open(&pa, -1, 0);
	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

bool dt_try_kprobe(void)
{
	int r = kprobe_error(NOWHERE);

	return !r || r == -ENOENT || r == -EADDRNOTAVAIL;
}

/* The kernel looks at the name before it looks at the place. */
bool dt_func_is_shared(const char *name)
{
	return kprobe_error(name) == -EADDRNOTAVAIL;
}

/* A multi link of no use: what the kernel says of it. */
static int multi_error(uint32_t attach_type, void *attr, size_t size)
{
	const struct dt_insn p[] = {MOV_K(0, 0), EXIT};
	int prog = load_as(BPF_PT_KPROBE, attach_type, 0, p, 2), r;

	if (prog < 0)
		return -EINVAL;
	*(uint32_t *)attr = (uint32_t)prog;
	r = dt_sys_bpf(BPF_CMD_LINK_CREATE, attr, (uint32_t)size);
	if (r >= 0)
		close(r);
	close(prog);
	return r;
}

bool dt_try_kprobe_multi(void)
{
	const char *const syms[] = {NOWHERE};
	struct dt_attr_kprobe_multi a = {
		.attach_type = BPF_AP_KPROBE_MULTI, .cnt = 1, .syms = ptr(syms)};
	int r = multi_error(BPF_AP_KPROBE_MULTI, &a, sizeof(a));

	return r >= 0 || r == -ESRCH || r == -ENOENT;
}

/* A path that isn't a file. A kernel without the attach type takes the program for a kprobe's, and
 * finds the link's attributes wrong. */
bool dt_try_uprobe_multi(void)
{
	const uint64_t offsets[] = {0};
	struct dt_attr_uprobe_multi a = {.attach_type = BPF_AP_UPROBE_MULTI,
					 .cnt = 1,
					 .path = ptr("/"),
					 .offsets = ptr(offsets)};
	int r = multi_error(BPF_AP_UPROBE_MULTI, &a, sizeof(a));

	return r >= 0 || r == -EBADF;
}

/* ------------------------------------------------------------------ fentry */

/* The whole of a file of sysfs, whose size is not known; NULL if it can't be had. */
static char *slurp(const char *path, size_t *len)
{
	size_t cap = 8 << 20, n = 0;
	char *buf = malloc(cap), *more;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t r = -1;

	while (fd >= 0 && buf && (r = read(fd, buf + n, cap - n)) > 0) {
		n += (size_t)r;
		if (n < cap)
			continue;
		more = realloc(buf, cap *= 2);
		if (!more)
			break;
		buf = more;
	}
	if (fd >= 0)
		close(fd);
	if (r == 0 && n) {
		*len = n;
		return buf;
	}
	free(buf);
	return NULL;
}

/* Bytes that follow the three words every type begins with; none: this kind is not known. */
static bool tail_of(uint32_t kind, uint32_t vlen, size_t *out)
{
	switch (kind) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG: *out = 4; return true;
	case BTF_KIND_ARRAY: *out = 12; return true;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
	case BTF_KIND_ENUM64: *out = 12 * (size_t)vlen; return true;
	case BTF_KIND_ENUM:
	case BTF_KIND_FUNC_PROTO: *out = 8 * (size_t)vlen; return true;
	default: *out = 0; return kind <= BTF_KIND_ENUM64;
	}
}

/* The id of the function of one of these names, straight from the file: parsing it takes five times
 * as long, and the types are not needed here. */
static uint32_t find_function(const char *const *names, unsigned nnames)
{
	uint32_t id = 1, offs[4], found = 0;
	struct btf_header h;
	size_t len, tail;
	char *d = slurp("/sys/kernel/btf/vmlinux", &len), *p, *end, *str;

	if (!d)
		return 0;
	memcpy(&h, d, len < sizeof(h) ? len : sizeof(h));
	p = d + h.hdr_len + h.type_off;
	end = p + h.type_len;
	str = d + h.hdr_len + h.str_off;
	if (len < sizeof(h) || h.magic != BTF_MAGIC || end > d + len || str + h.str_len > d + len)
		p = end = str = d + len;
	for (unsigned i = 0; i < nnames; i++) {
		char *at = memmem(str, (size_t)(d + len - str), names[i], strlen(names[i]) + 1);

		while (at && at > str && at[-1]) /* the end of a longer one */
			at = memmem(at + 1, (size_t)(d + len - at - 1), names[i],
				    strlen(names[i]) + 1);
		offs[i] = at ? (uint32_t)(at - str) : 0;
	}
	for (struct btf_type t; p + sizeof(t) <= end && !found; id++, p += 12 + tail) {
		memcpy(&t, p, sizeof(t));
		if (!tail_of(BTF_INFO_KIND(t.info), BTF_INFO_VLEN(t.info), &tail))
			break;
		for (unsigned i = 0; i < nnames && BTF_INFO_KIND(t.info) == BTF_KIND_FUNC; i++)
			if (offs[i] && t.name_off == offs[i])
				found = id;
	}
	free(d);
	return found;
}

int dt_attach_getpgid(const struct dt_insn *insns, uint32_t n)
{
	static const char *const names[] = {"__x64_sys_getpgid", "__arm64_sys_getpgid",
					    "sys_getpgid"};
	uint32_t id = find_function(names, 3);
	struct dt_attr_raw_tp a = {0};
	int prog, link;

	if (!id)
		return -ENOENT;
	prog = load_as(BPF_PT_TRACING, BPF_AP_FENTRY, id, insns, n);
	if (prog < 0)
		return prog;
	a.prog_fd = (uint32_t)prog;
	link = dt_sys_bpf(BPF_CMD_RAW_TP_OPEN, &a, sizeof(a));
	close(prog);
	return link;
}

bool dt_try_fentry(void)
{
	const struct dt_insn p[] = {MOV_K(0, 0), EXIT};
	int fd = dt_attach_getpgid(p, 2);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

bool dt_fentry_accepts(uint32_t btf_id, bool is_return)
{
	const struct dt_insn p[] = {MOV_K(0, 0), EXIT};
	int fd = load_as(BPF_PT_TRACING, is_return ? BPF_AP_FEXIT : BPF_AP_FENTRY, btf_id, p, 2);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* ------------------------------------------------------------------ telling probes apart */

static bool kprobe_calls(int32_t helper)
{
	const struct dt_insn p[] = {CALL(helper), MOV_K(0, 0), EXIT};
	int fd = load_as(BPF_PT_KPROBE, 0, 0, p, 3);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

bool dt_try_cookie(void)
{
	return kprobe_calls(174); /* get_attach_cookie */
}

bool dt_try_func_ip(void)
{
	return kprobe_calls(173); /* get_func_ip */
}
