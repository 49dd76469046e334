/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bpf(2) and perf_event_open(2) as we need them: our own constants and attribute layouts, since the
 * headers of a distribution are older than the mechanisms. Nothing else in the project names a
 * kernel number. Functions return 0 or a file descriptor, or negative errno.
 */
#ifndef DT_BPF_SYS_H
#define DT_BPF_SYS_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

/* ------------------------------------------------------------------ instructions */

enum { /* classes */
	BPF_C_LD = 0, BPF_C_LDX = 1, BPF_C_ST = 2, BPF_C_STX = 3, BPF_C_ALU = 4, BPF_C_JMP = 5,
	BPF_C_JMP32 = 6, BPF_C_ALU64 = 7
};
enum { BPF_S_W = 0x00, BPF_S_H = 0x08, BPF_S_B = 0x10, BPF_S_DW = 0x18 };
enum { BPF_M_IMM = 0x00, BPF_M_MEM = 0x60, BPF_M_MEMSX = 0x80, BPF_M_ATOMIC = 0xc0 };
enum { BPF_SRC_K = 0, BPF_SRC_X = 8 };
enum {
	BPF_A_ADD = 0x00, BPF_A_SUB = 0x10, BPF_A_MUL = 0x20, BPF_A_DIV = 0x30, BPF_A_OR = 0x40,
	BPF_A_AND = 0x50, BPF_A_LSH = 0x60, BPF_A_RSH = 0x70, BPF_A_NEG = 0x80, BPF_A_MOD = 0x90,
	BPF_A_XOR = 0xa0, BPF_A_MOV = 0xb0, BPF_A_ARSH = 0xc0, BPF_A_END = 0xd0
};
enum {
	BPF_J_JA = 0x00, BPF_J_EQ = 0x10, BPF_J_GT = 0x20, BPF_J_GE = 0x30, BPF_J_SET = 0x40,
	BPF_J_NE = 0x50, BPF_J_SGT = 0x60, BPF_J_SGE = 0x70, BPF_J_CALL = 0x80, BPF_J_EXIT = 0x90,
	BPF_J_LT = 0xa0, BPF_J_LE = 0xb0, BPF_J_SLT = 0xc0, BPF_J_SLE = 0xd0
};
enum { BPF_AT_ADD = 0x00, BPF_AT_FETCH = 0x01, BPF_AT_XCHG = 0xe1, BPF_AT_CMPXCHG = 0xf1 };
enum { BPF_OP_LDIMM64 = 0x18, BPF_OP_CALL = 0x85, BPF_OP_EXIT = 0x95, BPF_OP_JA = 0x05 };
enum { BPF_PS_MAP_FD = 1, BPF_PS_MAP_VALUE = 2, BPF_PS_CALL = 1 }; /* src of LDIMM64, CALL */
#define DT_BPF_STACK 512
#define DT_BPF_KEY   512 /* the longest key of a hash, on older kernels */

/* ------------------------------------------------------------------ commands, types, flags */

enum {
	BPF_CMD_MAP_CREATE = 0, BPF_CMD_MAP_LOOKUP = 1, BPF_CMD_MAP_UPDATE = 2,
	BPF_CMD_MAP_DELETE = 3, BPF_CMD_MAP_NEXT_KEY = 4, BPF_CMD_PROG_LOAD = 5,
	BPF_CMD_TEST_RUN = 10, BPF_CMD_INFO_BY_FD = 15, BPF_CMD_RAW_TP_OPEN = 17,
	BPF_CMD_BTF_LOAD = 18, BPF_CMD_MAP_FREEZE = 22, BPF_CMD_MAP_LOOKUP_BATCH = 24,
	BPF_CMD_MAP_LOOKUP_DELETE_BATCH = 25, BPF_CMD_MAP_UPDATE_BATCH = 26,
	BPF_CMD_MAP_DELETE_BATCH = 27, BPF_CMD_LINK_CREATE = 28
};
enum {
	BPF_MT_HASH = 1, BPF_MT_ARRAY = 2, BPF_MT_PROG_ARRAY = 3, BPF_MT_PERF_EVENT_ARRAY = 4,
	BPF_MT_PERCPU_HASH = 5, BPF_MT_PERCPU_ARRAY = 6, BPF_MT_STACK_TRACE = 7,
	BPF_MT_LRU_HASH = 9, BPF_MT_ARRAY_OF_MAPS = 12, BPF_MT_HASH_OF_MAPS = 13,
	BPF_MT_RINGBUF = 27, BPF_MT_TASK_STORAGE = 29
};
enum { /* map flags */
	BPF_MF_NO_PREALLOC = 1 << 0, BPF_MF_RDONLY_PROG = 1 << 7, BPF_MF_WRONLY_PROG = 1 << 8,
	BPF_MF_MMAPABLE = 1 << 10, BPF_MF_INNER_MAP = 1 << 12
};
enum { BPF_UPDATE_ANY = 0, BPF_UPDATE_NOEXIST = 1, BPF_UPDATE_EXIST = 2 };
enum {
	BPF_PT_KPROBE = 2, BPF_PT_TRACEPOINT = 5, BPF_PT_PERF_EVENT = 7,
	BPF_PT_RAW_TRACEPOINT = 17, BPF_PT_TRACING = 26
};
enum { /* attach types */
	BPF_AP_FENTRY = 24, BPF_AP_FEXIT = 25, BPF_AP_PERF_EVENT = 41, BPF_AP_KPROBE_MULTI = 42,
	BPF_AP_UPROBE_MULTI = 48
};
enum { BPF_KPROBE_MULTI_RETURN = 1 << 0, BPF_UPROBE_MULTI_RETURN = 1 << 0 };
enum { BPF_TEST_RUN_ON_CPU = 1 << 0 };

/* ------------------------------------------------------------------ attributes of bpf(2) */

struct dt_attr_map_create {
	uint32_t type, key_size, value_size, max_entries, flags, inner_map_fd, numa_node;
	char name[16];
	uint32_t ifindex, btf_fd, btf_key_type_id, btf_value_type_id, btf_vmlinux_value_type_id;
	uint64_t extra;
};
struct dt_attr_map_elem {
	uint32_t map_fd, pad;
	uint64_t key, value, flags;
};
struct dt_attr_map_batch {
	uint64_t in_batch, out_batch, keys, values;
	uint32_t count, map_fd;
	uint64_t elem_flags, flags;
};
struct dt_attr_prog_load {
	uint32_t type, insn_cnt;
	uint64_t insns, license;
	uint32_t log_level, log_size;
	uint64_t log_buf;
	uint32_t kern_version, flags;
	char name[16];
	uint32_t ifindex, expected_attach_type, btf_fd, func_info_rec_size;
	uint64_t func_info;
	uint32_t func_info_cnt, line_info_rec_size;
	uint64_t line_info;
	uint32_t line_info_cnt, attach_btf_id, attach_prog_fd, pad;
};
struct dt_attr_test_run {
	uint32_t prog_fd, retval, data_size_in, data_size_out;
	uint64_t data_in, data_out;
	uint32_t repeat, duration, ctx_size_in, ctx_size_out;
	uint64_t ctx_in, ctx_out;
	uint32_t flags, cpu;
};
struct dt_attr_btf_load {
	uint64_t btf, log_buf;
	uint32_t btf_size, log_size, log_level, pad;
};
struct dt_attr_info {
	uint32_t fd, len;
	uint64_t info;
};
struct dt_attr_raw_tp {
	uint64_t name;
	uint32_t prog_fd, pad;
};
struct dt_attr_link {
	uint32_t prog_fd, target_fd, attach_type, flags;
	uint64_t bpf_cookie;
};
struct dt_attr_kprobe_multi { /* BPF_CMD_LINK_CREATE */
	uint32_t prog_fd, target_fd, attach_type, link_flags;
	uint32_t flags, cnt;
	uint64_t syms, addrs, cookies;
};
struct dt_attr_uprobe_multi { /* BPF_CMD_LINK_CREATE */
	uint32_t prog_fd, target_fd, attach_type, link_flags;
	uint64_t path, offsets, ref_ctr_offsets, cookies;
	uint32_t cnt, flags, pid, pad;
};
struct dt_attr_fd {
	uint32_t fd, pad;
};

struct dt_prog_info { /* the kernel's struct bpf_prog_info, up to what we read */
	uint32_t type, id;
	uint8_t tag[8];
	uint8_t skip[128 - 16];
	uint32_t btf_id, func_info_rec_size;
	uint64_t func_info;
	uint32_t nr_func_info, nr_line_info;
	uint8_t skip2[192 - 152];
	uint64_t run_time_ns, run_cnt, recursion_misses;
	uint32_t verified_insns, pad;
};
static_assert(offsetof(struct dt_prog_info, recursion_misses) == 208, "bpf_prog_info");
static_assert(offsetof(struct dt_attr_prog_load, func_info_cnt) == 88, "bpf_attr");
static_assert(offsetof(struct dt_attr_map_create, btf_fd) == 48, "bpf_attr");

struct dt_link_info { /* the kernel's struct bpf_link_info, of what we read */
	uint32_t type, id, prog_id, pad;
	union {
		struct {
			uint64_t addrs;
			uint32_t count, flags;
			uint64_t missed;
		} kprobe_multi;
		struct {
			uint32_t type, pad;
			uint64_t func_name;
			uint32_t name_len, offset;
			uint64_t addr, missed;
		} kprobe; /* of a perf event */
		uint8_t room[128];
	};
};
enum { BPF_LT_PERF_EVENT = 7, BPF_LT_KPROBE_MULTI = 8 };	/* link types */
enum { BPF_PE_KPROBE = 3, BPF_PE_KRETPROBE = 4 };		/* kinds of perf events */
static_assert(offsetof(struct dt_link_info, kprobe_multi.missed) == 32, "bpf_link_info");
static_assert(offsetof(struct dt_link_info, kprobe.missed) == 48, "bpf_link_info");

struct dt_func_info {
	uint32_t insn_off, type_id;
};
struct dt_line_info {
	uint32_t insn_off, file_name_off, line_off, line_col;
};

/* ------------------------------------------------------------------ perf */

struct dt_perf_attr { /* perf_event_attr, PERF_ATTR_SIZE_VER1 and a little */
	uint32_t type, size;
	uint64_t config, sample_period, sample_type, read_format, flags;
	uint32_t wakeup_events, bp_type;
	uint64_t config1, config2, branch_sample_type, sample_regs_user;
	uint32_t sample_stack_user;
	int32_t clockid;
	uint64_t sample_regs_intr;
	uint32_t aux_watermark, sample_max_stack;
};
static_assert(sizeof(struct dt_perf_attr) == 112, "perf_event_attr, version 5");
enum { DT_PERF_TYPE_SOFTWARE = 1, DT_PERF_TYPE_TRACEPOINT = 2 };
enum { DT_PERF_SW_CPU_CLOCK = 0, DT_PERF_SW_DUMMY = 9, DT_PERF_SW_BPF_OUTPUT = 10 };
enum { DT_PERF_F_DISABLED = 1 << 0, DT_PERF_F_FREQ = 1 << 10, DT_PERF_F_WATERMARK = 1 << 14,
       DT_PERF_F_WRITE_BACKWARD = 1 << 27 };
enum { DT_PERF_SAMPLE_RAW = 1 << 10 };
enum { DT_PERF_IOC_ENABLE = 0x2400, DT_PERF_IOC_DISABLE = 0x2401, DT_PERF_IOC_SET_BPF = 0x40042408,
       DT_PERF_IOC_PAUSE_OUTPUT = 0x40042409 };
enum { DT_MEMBARRIER_QUERY = 0, DT_MEMBARRIER_GLOBAL = 1 };

/* ------------------------------------------------------------------ calls */

int dt_sys_bpf(int cmd, void *attr, uint32_t size);
int dt_sys_perf_open(struct dt_perf_attr *attr, int pid, int cpu);
int dt_sys_membarrier(int cmd);

/* Maps by file descriptor. */
int dt_bpf_map_create(struct dt_attr_map_create *attr);
int dt_bpf_lookup(int fd, const void *key, void *value);
int dt_bpf_update(int fd, const void *key, const void *value, uint64_t flags);
int dt_bpf_delete(int fd, const void *key);
int dt_bpf_next_key(int fd, const void *key, void *next); /* key NULL: the first; -ENOENT: no more */
/* Many elements at once; *count in and out; `in`/`out` are opaque positions (NULL in: start). -ENOENT
 * with *count > 0 is the last batch. With del, what is returned is deleted. */
int dt_bpf_lookup_batch(int fd, const void *in, void *out, void *keys, void *values,
			uint32_t *count, int del);
int dt_bpf_freeze(int fd);
/* Runs a raw tracepoint program on a CPU with a zeroed context; *ret its result (may be NULL). */
int dt_bpf_test_run(int prog_fd, uint32_t cpu, uint32_t *ret);
/* Length of what the kernel knows of a program, or negative errno. */
int dt_bpf_prog_info(int prog_fd, struct dt_prog_info *out);
/* Likewise of a link. */
int dt_bpf_link_info(int link_fd, struct dt_link_info *out);

#endif
