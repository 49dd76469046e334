/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parts of consume/ that a fake cannot test: both kinds of buffer mapped and read, and halves
 * of keyed and keyless aggregations drained. The programs are a few instructions written by hand.
 * Needs privilege; skipped without.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "check.h"
#include "consume_fake.h"
#include "ir/ir.h"
#include "sema/func.h"

static int bpf(int cmd, union bpf_attr *a)
{
	int r = (int)syscall(__NR_bpf, cmd, a, sizeof(*a));

	return r < 0 ? -errno : r;
}

static int map_new(uint32_t type, uint32_t key, uint32_t val, uint32_t n, uint32_t flags)
{
	union bpf_attr a = {.map_type = type,
			    .key_size = key,
			    .value_size = val,
			    .max_entries = n,
			    .map_flags = flags};

	return bpf(BPF_MAP_CREATE, &a);
}

static int print(struct dt_consumer *c, const struct dt_record *rec)
{
	return dt_out(c, "%u:%lld ", rec->cpu,
		      (long long)dt_field_int(rec->act->fields.v, rec->data));
}

static const struct dt_func fn = {.name = "trace", .print = print};
static struct dt_field field = {.kind = DT_FLD_INT, .off = 8, .size = 8};
static struct dt_recact act = {&fn, NULL, 0, {&field, 1, 1}};
static struct dt_clausedesc clause = {.size = 16, .acts = {&act, 1, 1}};
static struct dt_probe probe = {.id = 1, .prov = "p", .mod = "m", .func = "f", .name = "n"};
static struct dt_clausedesc *clauses[] = {&clause};
static struct dt_probe *probes[] = {&probe};

#define INSN(c, d, s, o, i) \
	((struct bpf_insn){.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)})
#define MOVI(d, i) INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define MOVR(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)

/* Outputs the record {clause 0, probe 0, 42}: to a ring buffer, or to a perf event array. */
static int load(int map, bool perf)
{
	struct bpf_insn code[16], *p = code;
	union bpf_attr a = {0};

	*p++ = INSN(BPF_ST | BPF_MEM | BPF_DW, 10, 0, -16, 0);
	*p++ = INSN(BPF_ST | BPF_MEM | BPF_DW, 10, 0, -8, 42);
	*p++ = INSN(BPF_LD | BPF_IMM | BPF_DW, perf ? 2 : 1, BPF_PSEUDO_MAP_FD, 0, map);
	*p++ = INSN(0, 0, 0, 0, 0);
	*p++ = MOVR(perf ? 4 : 2, 10);
	*p++ = INSN(BPF_ALU64 | BPF_ADD | BPF_K, perf ? 4 : 2, 0, 0, -16);
	if (perf) {
		*p++ = INSN(BPF_ALU | BPF_MOV | BPF_K, 3, 0, 0, -1); /* this CPU */
		*p++ = MOVI(5, 16);
	} else {
		*p++ = MOVI(3, 16);
		*p++ = MOVI(4, 0);
	}
	*p++ = INSN(BPF_JMP | BPF_CALL, 0, 0, 0,
		    perf ? BPF_FUNC_perf_event_output : BPF_FUNC_ringbuf_output);
	*p++ = MOVI(0, 0);
	*p++ = INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	a.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT;
	a.insns = (uint64_t)(uintptr_t)code;
	a.insn_cnt = (uint32_t)(p - code);
	a.license = (uint64_t)(uintptr_t) "GPL";
	return bpf(BPF_PROG_LOAD, &a);
}

static int run(int prog, uint32_t cpu)
{
	union bpf_attr a = {0};

	a.test.prog_fd = (uint32_t)prog;
	a.test.flags = BPF_F_TEST_RUN_ON_CPU;
	a.test.cpu = cpu;
	return bpf(BPF_PROG_TEST_RUN, &a);
}

static void manifest(struct fake *f)
{
	f->m.clauses = clauses;
	f->m.probes = probes;
	f->m.nclauses = f->m.nprobes = 1;
	f->m.state = &f->state;
	f->m.stats = f->stats;
	f->m.ncpu = 1;
	f->c.opts.quiet = true;
	f->c.on_error = fake_line;
	f->c.handler_arg = f;
	f->arena = dt_arena_new();
}

static void buffers(bool perf)
{
	struct fake f = {0};
	int ring = map_new(BPF_MAP_TYPE_RINGBUF, 0, 0, 8192, 0), fds[4], prog;
	struct dt_mapdef rings = {.inner_fds = &ring, .ninner = 1},
			 events = {.fd = map_new(BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 1, 0)};
	FILE *out;
	unsigned n = 0, got = 0;

	if (ring == -EPERM) {
		SKIP("no privilege for bpf()");
		return;
	}
	manifest(&f);
	f.m.m_rings = &rings;
	f.m.m_perf = &events;
	f.m.perf_sink = perf;
	f.m.bufsize = 8192;
	out = open_memstream(&f.text, &f.len);
	CHECK(dt_consumer_open(&f.c, f.arena, &f.m, out) == 0);
	prog = load(perf ? events.fd : ring, perf);
	CHECK(prog >= 0);
	CHECK(dt_consumer_drain(&f.c) == 0 && f.c.received == 0);
	CHECK(run(prog, 0) >= 0);
	CHECK(dt_consumer_fds(&f.c, fds, 4) == 1);
	if (!perf) { /* perf waits for its watermark */
		struct pollfd pfd = {.fd = fds[0], .events = POLLIN};

		CHECK(poll(&pfd, 1, 1000) == 1);
	}
	CHECK(dt_consumer_drain(&f.c) == 0 && f.c.received == 1);
	for (int round = 0; round < 40; round++) { /* around the buffer several times */
		for (int i = 0; i < 50; i++)
			n += run(prog, 0) >= 0;
		CHECK(dt_consumer_drain(&f.c) == 0);
	}
	got = (unsigned)f.c.received;
	CHECK(n == 2000 && got == 2001);
	CHECK(f.nlines == 0);
	fflush(out);
	CHECK(!strncmp(f.text, "0:42 0:42 ", 10));
	dt_consumer_close(&f.c);
	fclose(out);
	free(f.text);
	dt_arena_free(f.arena);
	close(prog);
	close(ring);
	close(events.fd);
}

static void aggregations(void)
{
	static struct dt_field key = {.kind = DT_FLD_INT, .off = 8, .size = 8};
	struct dt_aggdesc keyed = {.kind = DT_AGG_SUM,
				   .size = 8,
				   .keyed = true,
				   .keysize = 16,
				   .keys = {&key, 1, 1}},
			  plain = {.kind = DT_AGG_COUNT, .size = 8, .off = 8};
	struct dt_aggdesc *aggs[] = {&keyed, &plain};
	uint64_t mem[2][FAKE_NCPU][3] = {{{0}}};
	int half[2] = {map_new(BPF_MAP_TYPE_HASH, 16, 8, 3000, 0),
		       map_new(BPF_MAP_TYPE_HASH, 16, 8, 3000, 0)};
	struct dt_mapdef inner = {.key_size = 16, .value_size = 8, .max_entries = 3000},
			 outer = {.inner = &inner, .inner_fds = half, .ninner = 2},
			 array = {.ncpu_value = true,
				  .value_size = 2 * 24,
				  .mem = mem,
				  .mem_size = sizeof(mem)};
	struct dt_mapdef *maps[] = {&outer};
	struct fake f = {.m = {.aggs = aggs, .naggs = 2, .maps = maps, .m_aggs = &array}};
	uint64_t sum = 0;

	if (half[0] == -EPERM) {
		SKIP("no privilege for bpf()");
		return;
	}
	fake_open(&f);
	for (uint64_t i = 0; i < 2500; i++) {
		struct {
			uint32_t cpu, zero;
			uint64_t k;
		} k = {(uint32_t)(i & 1), 0, i / 2};
		union bpf_attr a = {.map_fd = (uint32_t)half[0]};

		a.key = (uint64_t)(uintptr_t)&k;
		a.value = (uint64_t)(uintptr_t)&i;
		CHECK(bpf(BPF_MAP_UPDATE_ELEM, &a) == 0);
		sum += i;
	}
	mem[0][1][2] = 6; /* half 0, CPU 1: off 8 is `touched`, then the cell */
	mem[1][0][2] = 100;
	CHECK(dt_agg_snapshot(&f.c) == 0 && f.state.agg_active == 1);
	CHECK(f.c.aggs->vars[0].n == 1250 && f.c.aggs->vars[1].n == 1);
	for (struct dt_aggent **l = dt_agg_entries(&f.c.aggs->vars[0]), **e = l; l; e++) {
		if (!*e) {
			free(l);
			break;
		}
		sum -= (*e)->cell[0];
	}
	CHECK(sum == 0);
	CHECK(mem[0][1][2] == 0 && mem[1][0][2] == 100);
	CHECK(dt_agg_snapshot(&f.c) == 0 && f.state.agg_active == 0);
	CHECK(dt_agg_printa(&f.c, NULL, (uint32_t[]){1}, 1) == 0);
	CHECK_STR(fake_text(&f), "\n              106\n");
	CHECK(dt_agg_snapshot(&f.c) == 0); /* half 0 was left empty */
	CHECK(f.c.aggs->vars[0].n == 1250);
	fake_close(&f);
	close(half[0]);
	close(half[1]);
}

static void kernel_symbols(void)
{
	struct fake f = {0};
	uint64_t addr = dt_kallsyms_address("vmlinux", "vfs_read");
	char text[256];

	if (!addr) {
		SKIP("kallsyms hides addresses");
		return;
	}
	fake_open(&f);
	CHECK(dt_kallsyms_address(NULL, "vfs_read") == addr);
	CHECK(!dt_kallsyms_address("nomodule", "vfs_read") &&
	      !dt_kallsyms_address(NULL, "no such"));
	dt_sym_kernel(&f.c, addr, text, sizeof(text));
	CHECK_STR(text, "vmlinux`vfs_read");
	dt_sym_kernel(&f.c, addr + 5, text, sizeof(text));
	CHECK_STR(text, "vmlinux`vfs_read+0x5");
	dt_sym_kernel(&f.c, 0x1000, text, sizeof(text));
	CHECK_STR(text, "0x1000");
	fake_close(&f);
}

int main(void)
{
	buffers(false);
	buffers(true);
	aggregations();
	kernel_symbols();
	return check_summary();
}
