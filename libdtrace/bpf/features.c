/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Feature probes: each loads the smallest program, or makes the smallest object, that needs the
 * feature. No probe depends on the kernel's version. A probe that fails for want of privilege
 * counts as "no": what it would have been used for fails with a better text later.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "bpf/features_priv.h"

static uint64_t ptr(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

static int load(uint32_t type, const struct dt_insn *insns, uint32_t n, char *log,
		uint32_t log_size)
{
	struct dt_attr_prog_load a = {.type = type,
				      .insn_cnt = n,
				      .insns = ptr(insns),
				      .license = ptr("GPL"),
				      .log_level = log ? 1 : 0,
				      .log_size = log_size,
				      .log_buf = ptr(log)};

	return dt_sys_bpf(BPF_CMD_PROG_LOAD, &a, sizeof(a));
}

static bool loads(const struct dt_insn *insns, uint32_t n)
{
	int fd = load(BPF_PT_RAW_TRACEPOINT, insns, n, NULL, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool creates(struct dt_attr_map_create *a)
{
	int fd = dt_bpf_map_create(a);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool try_atomics(void)
{
	const struct dt_insn p[] = {
		MOV_K(0, 0),
		MOV_K(1, 1),
		INSN(BPF_C_ST | BPF_M_MEM | BPF_S_DW, 10, 0, -8, 0),
		INSN(BPF_C_STX | BPF_M_ATOMIC | BPF_S_DW, 10, 1, -8, BPF_AT_CMPXCHG),
		INSN(BPF_C_STX | BPF_M_ATOMIC | BPF_S_DW, 10, 1, -8, BPF_AT_XCHG),
		MOV_K(0, 0),
		EXIT,
	};

	return loads(p, sizeof(p) / sizeof(*p));
}

static bool try_sdiv(void)
{
	const struct dt_insn p[] = {
		MOV_K(0, -7),
		INSN(BPF_C_ALU64 | BPF_A_DIV | BPF_SRC_K, 0, 0, 1, 2),
		INSN(BPF_C_ALU64 | BPF_A_MOV | BPF_SRC_X, 0, 0, 8, 0),
		MOV_K(0, 0),
		EXIT,
	};

	return loads(p, sizeof(p) / sizeof(*p));
}

/* Task storage insists on BTF for its key and value: one int, built by hand. */
static bool try_task_storage(void)
{
	static const struct {
		uint16_t magic;
		uint8_t version, flags;
		uint32_t hdr_len, type_off, type_len, str_off, str_len;
		uint32_t name, info, size, encoding;
		char strings[8];
	} btf = {0xeb9f, 1, 0, 24, 0, 16, 16, 8, 1, 1u << 24, 4, 1u << 24 | 32, "\0int"};
	struct dt_attr_btf_load b = {.btf = ptr(&btf), .btf_size = 24 + 16 + 8};
	struct dt_attr_map_create a = {.type = BPF_MT_TASK_STORAGE,
				       .key_size = 4,
				       .value_size = 4,
				       .flags = BPF_MF_NO_PREALLOC,
				       .btf_key_type_id = 1,
				       .btf_value_type_id = 1};
	int fd = dt_sys_bpf(BPF_CMD_BTF_LOAD, &b, sizeof(b));
	bool ok;

	if (fd < 0)
		return false;
	a.btf_fd = (uint32_t)fd;
	ok = creates(&a);
	close(fd);
	return ok;
}

static bool try_ringbuf(void)
{
	struct dt_attr_map_create a = {.type = BPF_MT_RINGBUF,
				       .max_entries = (uint32_t)sysconf(_SC_PAGESIZE)};

	return creates(&a);
}

static bool try_perf_link(void)
{
	const struct dt_insn p[] = {MOV_K(0, 0), EXIT};
	struct dt_perf_attr pa = {.type = DT_PERF_TYPE_SOFTWARE,
				  .config = DT_PERF_SW_CPU_CLOCK,
				  .sample_period = 1000000000,
				  .flags = DT_PERF_F_DISABLED};
	struct dt_attr_link l = {.attach_type = BPF_AP_PERF_EVENT};
	int prog = load(BPF_PT_PERF_EVENT, p, 2, NULL, 0), ev, link = -1;

	if (prog < 0)
		return false;
	ev = dt_sys_perf_open(&pa, 0, -1);
	if (ev >= 0) {
		l.prog_fd = (uint32_t)prog;
		l.target_fd = (uint32_t)ev;
		link = dt_sys_bpf(BPF_CMD_LINK_CREATE, &l, sizeof(l));
		if (link >= 0)
			close(link);
		close(ev);
	}
	close(prog);
	return link >= 0;
}

/* A map made while no memory may be locked: kernels that charge the cgroup do not mind. */
static bool try_memcg(void)
{
	struct dt_attr_map_create a = {
		.type = BPF_MT_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
	struct rlimit old, none;
	bool ok;

	if (getrlimit(RLIMIT_MEMLOCK, &old))
		return false;
	none = old;
	none.rlim_cur = 0;
	if (setrlimit(RLIMIT_MEMLOCK, &none))
		return false;
	ok = creates(&a);
	setrlimit(RLIMIT_MEMLOCK, &old);
	return ok;
}

/* Called with wrong arguments: a kernel that has the helper complains of those, not of the call. */
static bool try_bpf_loop(void)
{
	const struct dt_insn p[] = {
		MOV_K(1, 0), MOV_K(2, 0), MOV_K(3, 0), MOV_K(4, 0), INSN(BPF_OP_CALL, 0, 0, 0, 181),
		MOV_K(0, 0), EXIT};
	char log[4096] = "";
	int fd = load(BPF_PT_RAW_TRACEPOINT, p, sizeof(p) / sizeof(*p), log, sizeof(log));

	if (fd >= 0) {
		close(fd);
		return true;
	}
	return fd != -EPERM && log[0] && !strstr(log, "invalid func") &&
	       !strstr(log, "unknown func");
}

static bool try_task_pt_regs(void)
{
	const struct dt_insn p[] = {
		INSN(BPF_OP_CALL, 0, 0, 0, 158), /* get_current_task_btf */
		INSN(BPF_C_ALU64 | BPF_A_MOV | BPF_SRC_X, 1, 0, 0, 0),
		INSN(BPF_OP_CALL, 0, 0, 0, 175), /* task_pt_regs */
		MOV_K(0, 0),
		EXIT,
	};

	return loads(p, sizeof(p) / sizeof(*p));
}

static bool try_typed_task(void)
{
	const struct dt_insn p[] = {
		INSN(BPF_OP_CALL, 0, 0, 0, 158),                   /* get_current_task_btf */
		INSN(BPF_C_LDX | BPF_M_MEM | BPF_S_W, 0, 0, 0, 0), /* flags, the first there is */
		EXIT,
	};

	return loads(p, sizeof(p) / sizeof(*p));
}

static bool try_run_stats(void)
{
	const struct dt_insn p[] = {MOV_K(0, 0), EXIT};
	struct dt_prog_info info;
	int fd = load(BPF_PT_RAW_TRACEPOINT, p, 2, NULL, 0), n;

	if (fd < 0)
		return false;
	n = dt_bpf_prog_info(fd, &info);
	close(fd);
	return n >= (int)(offsetof(struct dt_prog_info, recursion_misses) + 8);
}

static bool try_membarrier(void)
{
	int r = dt_sys_membarrier(DT_MEMBARRIER_QUERY);

	return r >= 0 && r & DT_MEMBARRIER_GLOBAL;
}

static bool try_long_keys(void)
{
	struct dt_attr_map_create a = {.type = BPF_MT_HASH,
				       .key_size = DT_BPF_KEY + 8,
				       .value_size = 8,
				       .flags = BPF_MF_NO_PREALLOC,
				       .max_entries = 1};

	return creates(&a);
}

static bool (*const tries[FEAT_COUNT])(void) = {
	[FEAT_ATOMICS] = try_atomics,
	[FEAT_SDIV] = try_sdiv,
	[FEAT_TASK_STORAGE] = try_task_storage,
	[FEAT_RINGBUF] = try_ringbuf,
	[FEAT_PERF_LINK] = try_perf_link,
	[FEAT_MEMCG] = try_memcg,
	[FEAT_TASK_PT_REGS] = try_task_pt_regs,
	[FEAT_TYPED_TASK] = try_typed_task,
	[FEAT_BPF_LOOP] = try_bpf_loop,
	[FEAT_RUN_STATS] = try_run_stats,
	[FEAT_MEMBARRIER] = try_membarrier,
	[FEAT_LONG_KEYS] = try_long_keys,
	[FEAT_KPROBE] = dt_try_kprobe,
	[FEAT_KPROBE_MULTI] = dt_try_kprobe_multi,
	[FEAT_UPROBE_MULTI] = dt_try_uprobe_multi,
	[FEAT_FENTRY] = dt_try_fentry,
	[FEAT_COOKIE] = dt_try_cookie,
	[FEAT_FUNC_IP] = dt_try_func_ip,
	[FEAT_EXACT_RAW_TP] = dt_try_exact_raw_tp,
	[FEAT_EXACT_FENTRY] = dt_try_exact_fentry,
};

void dt_allow_memory(const struct dt_features *f)
{
	struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY}, now;

	if (dt_feature(f, FEAT_MEMCG) || !setrlimit(RLIMIT_MEMLOCK, &all) ||
	    getrlimit(RLIMIT_MEMLOCK, &now))
		return;
	now.rlim_cur = now.rlim_max;
	setrlimit(RLIMIT_MEMLOCK, &now);
}

/* What others have loaded counts against the same limit: nothing must be found missing for that. */
bool dt_feature(const struct dt_features *f, enum dt_feature id)
{
	/* const to its users, since asking is not changing; the answer is remembered all the same
	 */
	int8_t *known = (int8_t *)&f->known[id];

	if (!*known && id != FEAT_MEMCG)
		dt_allow_memory(f);
	if (!*known)
		*known = tries[id]() ? 1 : -1;
	return *known > 0;
}

static const char *const text[FEAT_COUNT][2] = {
#define DT_FEATURE(id, name, what) {name, what},
#include "bpf/features.def"
#undef DT_FEATURE
};

const char *dt_feature_name(enum dt_feature id)
{
	return id < FEAT_COUNT ? text[id][0] : "";
}

const char *dt_feature_what(enum dt_feature id)
{
	return id < FEAT_COUNT ? text[id][1] : "";
}

/* "0-3,8" means 9: possible CPUs are numbered, and arrays are indexed by the number. */
uint32_t dt_ncpu_possible(void)
{
	FILE *f = fopen("/sys/devices/system/cpu/possible", "re");
	char buf[256] = "", *p = buf;
	uint32_t max = 0;

	if (f) {
		if (!fgets(buf, sizeof(buf), f))
			buf[0] = 0;
		fclose(f);
	}
	while (*p >= '0' && *p <= '9') {
		unsigned long v = strtoul(p, &p, 10);

		if (v > max && v < 65536)
			max = (uint32_t)v;
		if (*p == '-' || *p == ',')
			p++;
	}
	return max + 1;
}

int dt_feature_counter(uint32_t type, uint64_t config, uint64_t flags)
{
	struct dt_perf_attr pa = {.type = type,
				  .config = config,
				  .sample_period = INT64_MAX,
				  .flags = flags | DT_PERF_F_DISABLED};
	int fd = dt_sys_perf_open(&pa, -1, 0);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}
