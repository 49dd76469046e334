/* SPDX-License-Identifier: BSD-2-Clause */
/* From bytes in a buffer to lines: rings, records, prefixes (OUT-01 to 05, 23), errors, drops. */
#include <errno.h>
#include <linux/perf_event.h>
#include "check.h"
#include "consume_fake.h"
#include "sema/func.h"

static int print_trace(struct dt_consumer *c, const struct dt_record *rec)
{
	const struct dt_field *f = &rec->act->fields.v[0];

	return dt_out_trace(c, f, rec->data + f->off);
}

static int print_exit(struct dt_consumer *c, const struct dt_record *rec)
{
	c->exit_seen = true;
	c->exit_status = (int)dt_field_int(&rec->act->fields.v[0], rec->data);
	return 0;
}

static const struct dt_func fn_trace = {.name = "trace",
					.flags = DT_FF_RECORD,
					.print = print_trace},
			    fn_exit = {.name = "exit", .print = print_exit},
			    fn_clear = {.name = "clear", .flags = DT_FF_AGGUSE};

static struct dt_probe probes[] = {
	{.id = 1, .prov = "dtrace", .mod = "", .func = "", .name = "BEGIN"},
	{.id = 417, .prov = "syscall", .mod = "vmlinux", .func = "read", .name = "entry"},
	{.id = 10, .prov = "profile", .mod = "", .func = "", .name = "profile-97"},
	{.id = 20, .prov = "fbt", .mod = "vmlinux", .func = "vfs_read", .name = "entry"},
	{.id = 21, .prov = "fbt", .mod = "vmlinux", .func = "vfs_read", .name = "return"},
	{.id = 22, .prov = "fbt", .mod = "vmlinux", .func = "rw_verify_area", .name = "entry"},
	{.id = 23, .prov = "fbt", .mod = "vmlinux", .func = "rw_verify_area", .name = "return"},
	{.id = 418, .prov = "syscall", .mod = "vmlinux", .func = "openat", .name = "entry"},
};
enum { P_BEGIN, P_READ, P_PROFILE, P_VFS, P_VFS_R, P_RW, P_RW_R, P_OPENAT, NPROBES };

static struct dt_field int_at8 = {.kind = DT_FLD_INT, .off = 8, .size = 4, .is_signed = true},
		       int_at16 = {.kind = DT_FLD_INT, .off = 16, .size = 4, .is_signed = true},
		       far_field = {.kind = DT_FLD_INT, .off = 4096, .size = 4};
static struct dt_recact acts_trace[] = {{&fn_trace, NULL, 0, {&int_at8, 1, 1}}},
			acts_mask[] = {{&fn_trace, NULL, 0, {&int_at16, 1, 1}},
				       {&fn_exit, NULL, 1, {&int_at16, 1, 1}}},
			acts_far[] = {{&fn_trace, NULL, 0, {&far_field, 1, 1}}},
			acts_clear[] = {{.func = &fn_clear}};
static struct dt_clausedesc clauses[] = {
	{.index = 0, .size = 16, .acts = {acts_trace, 1, 1}, .emits = true},
	{.index = 1, .size = 8, .emits = true},
	{.index = 2, .size = 24, .has_mask = true, .acts = {acts_mask, 2, 2}, .emits = true},
	{.index = 3, .size = 16, .acts = {acts_far, 1, 1}, .emits = true},
	{.index = 4, .size = 8, .acts = {acts_clear, 1, 1}, .emits = true},
};
enum { C_TRACE, C_EMPTY, C_MASK, C_FAR, C_CLEAR, C_NONE, NCLAUSES };

static struct dt_clausedesc *clause_ptrs[NCLAUSES];
static struct dt_probe *probe_ptrs[NPROBES];

static void open_fake(struct fake *f)
{
	for (int i = 0; i < C_NONE; i++)
		clause_ptrs[i] = &clauses[i];
	for (int i = 0; i < NPROBES; i++)
		probe_ptrs[i] = &probes[i];
	f->m.clauses = clause_ptrs;
	f->m.nclauses = NCLAUSES;
	f->m.probes = probe_ptrs;
	f->m.nprobes = NPROBES;
	fake_open(f);
}

static int put(struct fake *f, uint32_t cpu, uint32_t clause, uint32_t probe, int32_t v)
{
	_Alignas(8) unsigned char rec[24] = {0};
	struct dt_rechdr h = {clause, probe};

	memcpy(rec, &h, 8);
	memcpy(rec + 8, &v, 4); /* the mask, where there is one */
	memcpy(rec + 16, &v, 4);
	return dt_dispatch(&f->c, cpu, rec, clause < C_NONE ? clauses[clause].size : 8);
}

static void golden_normal(void)
{
	struct fake f = {0};

	open_fake(&f);
	put(&f, 2, C_TRACE, P_READ, 7);
	put(&f, 0, C_EMPTY, P_BEGIN, 0);
	CHECK_STR(fake_text(&f), "CPU     ID                    FUNCTION:NAME\n"
				 "  2    417                       read:entry           7\n"
				 "  0      1                           :BEGIN \n");
	put(&f, 0, C_MASK, P_BEGIN, 0); /* neither action ran */
	CHECK(!f.c.exit_seen);
	put(&f, 0, C_MASK, P_BEGIN, 1);
	put(&f, 0, C_MASK, P_BEGIN, 2);
	CHECK_STR(fake_text(&f), "  0      1                           :BEGIN \n"
				 "  0      1                           :BEGIN           1\n"
				 "  0      1                           :BEGIN \n");
	CHECK(f.c.exit_seen && f.c.exit_status == 2);
	f.c.opts.quiet = true;
	put(&f, 2, C_TRACE, P_READ, 7);
	put(&f, 2, C_TRACE, P_READ, -8);
	put(&f, 0, C_EMPTY, P_BEGIN, 0);
	CHECK_STR(fake_text(&f), "7-8");
	fake_close(&f);
}

static void golden_flow(void)
{
	struct fake f = {.c.opts = {.flowindent = true, .quiet = true}};

	open_fake(&f);
	put(&f, 0, C_EMPTY, P_VFS, 0);
	put(&f, 0, C_EMPTY, P_RW, 0);
	put(&f, 0, C_EMPTY, P_RW_R, 0);
	put(&f, 0, C_EMPTY, P_VFS_R, 0);
	put(&f, 1, C_EMPTY, P_OPENAT, 0);
	put(&f, 1, C_EMPTY, P_PROFILE, 0);
	CHECK_STR(fake_text(&f), "CPU FUNCTION                                 \n"
				 "  0  -> vfs_read                              \n"
				 "  0    -> rw_verify_area                      \n"
				 "  0    <- rw_verify_area                      \n"
				 "  0  <- vfs_read                              \n"
				 "  1  => openat                                \n"
				 "  1   | :profile-97                           \n");
	/* another clause of the same firing */
	f.c.indent = 0;
	put(&f, 0, C_EMPTY, P_VFS, 0);
	put(&f, 0, C_MASK, P_VFS, 0);
	CHECK(f.c.indent == 2);
	put(&f, 0, C_EMPTY, P_VFS_R, 0);
	put(&f, 0, C_EMPTY, P_VFS_R, 0);
	CHECK(f.c.indent == 0); /* never negative */
	for (int i = 0; i < 5000; i++)
		put(&f, 0, C_EMPTY, P_VFS, 0);
	fake_close(&f);
}

static void testing_mode(void)
{
	struct fake f = {.c.opts.testing = true};

	open_fake(&f);
	put(&f, 1, C_TRACE, P_READ, 7);
	CHECK_STR(fake_text(&f), "                   FUNCTION:NAME\n"
				 "                      read:entry           7\n");
	fake_close(&f);
}

static void hostile_records(void)
{
	struct fake f = {0};
	_Alignas(8) unsigned char rec[24] = {0};

	open_fake(&f);
	CHECK(put(&f, 0, C_NONE, 0, 0) == 0); /* no descriptor */
	CHECK_STR(f.last, "dtrace: internal error: record of 8 bytes for clause 5 on CPU 0");
	CHECK(put(&f, 0, 77, 0, 0) == 0);
	CHECK(put(&f, 0, C_EMPTY, 77, 0) == 0);
	CHECK(dt_dispatch(&f.c, 0, rec, 15) == 0); /* C_TRACE needs 16 */
	CHECK(dt_dispatch(&f.c, 0, rec, 3) == 0);
	memset(rec, 0xff, 8);
	CHECK(dt_dispatch(&f.c, 0, rec, 8) == 0); /* a short error record */
	CHECK(f.nlines == 6);
	CHECK_STR(fake_text(&f), "");
	CHECK(put(&f, 0, C_FAR, P_BEGIN, 0) == 0); /* a field outside */
	CHECK(f.nlines == 7);
	CHECK(f.c.received == 7);
	fake_close(&f);
}

static const char *fault(struct fake *f, uint32_t code, uint64_t addr, int64_t pc)
{
	struct dt_errrec e = {.h = {DT_REC_ERROR, P_READ},
			      .clause = 3,
			      .code = code,
			      .addr = addr,
			      .pc = pc,
			      .action = 1};

	CHECK(dt_dispatch(&f->c, 0, &e, sizeof(e)) == 0);
	return f->last;
}
#define AT "dtrace: error in dt_clause_3 for probe ID 417 (syscall:vmlinux:read:entry): "

static void errors(void)
{
	struct fake f = {0};

	open_fake(&f);
	CHECK_STR(fault(&f, DTRACEFLT_BADADDR, 0x10, 12), AT "invalid address (0x10) at BPF pc 12");
	CHECK_STR(fault(&f, DTRACEFLT_BADADDR, UINT64_MAX, -1), AT "invalid address");
	CHECK_STR(fault(&f, DTRACEFLT_DIVZERO, 0, -1), AT "divide-by-zero");
	CHECK_STR(fault(&f, DTRACEFLT_BADINDEX, (uint64_t)-3, -1), AT "index out of bounds (-3)");
	CHECK_STR(fault(&f, 999, 0, -1), AT "unknown fault");
	CHECK_STR(fake_text(&f), ""); /* no header for it */
	fake_close(&f);
}

static uint64_t missed_now;
static uint64_t missed(void *arg)
{
	(void)arg;
	return missed_now;
}

static void drops(void)
{
	struct fake f = {.m.missed = missed};
	char why[128];

	open_fake(&f);
	CHECK(dt_consumer_status(&f.c) == 0 && f.nlines == 0);
	f.stats[1].drops[DT_DROP_PRINCIPAL] = 1;
	dt_consumer_status(&f.c);
	CHECK_STR(f.last, "dtrace: 1 drop on CPU 1");
	f.c.opts.droptags = true;
	f.stats[1].drops[DT_DROP_PRINCIPAL] = 11;
	dt_consumer_status(&f.c);
	CHECK_STR(f.last, "dtrace: [DTRACEDROP_PRINCIPAL] 10 drops on CPU 1");
	f.stats[0].drops[DT_DROP_DYNVAR] = 1;
	f.stats[1].drops[DT_DROP_DYNVAR] = 2;
	dt_consumer_status(&f.c);
	CHECK_STR(f.last, "dtrace: [DTRACEDROP_DYNAMIC] 3 dynamic variable drops");
	f.stats[0].drops[DT_DROP_SCRATCH] = 2;
	dt_consumer_status(&f.c);
	CHECK_STR(f.last, "dtrace: [DTRACEDROP_SCRATCH] 2 scratch drops on CPU 0");
	missed_now = 1;
	dt_consumer_status(&f.c);
	CHECK_STR(f.last, "dtrace: [DTRACEDROP_MISSED] 1 missed firing (recursion)");
	f.c.opts.droptags = false;
	missed_now = 6;
	dt_consumer_status(&f.c);
	CHECK_STR(f.last, "dtrace: 5 missed firings (recursion)");
	f.nlines = 0;
	dt_consumer_status(&f.c);
	CHECK(f.nlines == 0);
	CHECK(dt_consumer_balanced(&f.c, why, sizeof(why)));
	f.stats[0].emitted = 1;
	CHECK(!dt_consumer_balanced(&f.c, why, sizeof(why)));
	fake_close(&f);
}

/* ------------------------------------------------------------------ rings */

static void ring_put(unsigned char *data, uint64_t *pos, uint32_t flags, uint32_t clause, int32_t v)
{
	struct {
		uint32_t len, pgoff;
		struct dt_rechdr h;
		int32_t v, pad;
	} r = {16 | flags, 0, {clause, P_READ}, v, 0};

	for (size_t i = 0; i < sizeof(r); i++) /* both mappings */
		data[(*pos + i) % 64] = data[(*pos + i) % 64 + 64] = ((unsigned char *)&r)[i];
	*pos += sizeof(r);
}

static void ringbuf(void)
{
	struct fake f = {.c.opts.quiet = true};
	_Alignas(8) unsigned char data[128] = {0};
	uint64_t prod = 0, cons = 0;
	struct dt_ring r = {
		.consumer = &cons, .producer = &prod, .data = data, .size = 64, .mapped = 128};

	open_fake(&f);
	ring_put(data, &prod, 0, C_TRACE, 1);
	ring_put(data, &prod, 0x40000000u, C_TRACE, 2); /* discarded */
	CHECK(!dt_ring_scan(&f.c, &r, NULL));
	CHECK(dt_ring_drain(&f.c, &r, NULL) == 0 && cons == 48);
	ring_put(data, &prod, 0, C_TRACE, 3); /* wraps */
	ring_put(data, &prod, 0x80000000u, C_TRACE, 4);
	CHECK(!dt_ring_scan(&f.c, &r, NULL));
	CHECK(dt_ring_drain(&f.c, &r, NULL) == 0 && cons == 72); /* up to the busy one */
	CHECK_STR(fake_text(&f), "13");
	prod = 72;
	ring_put(data, &prod, 0, C_CLEAR, 0);
	CHECK(dt_ring_scan(&f.c, &r, NULL)); /* needs a snapshot */
	CHECK(dt_ring_drain(&f.c, &r, NULL) == 0);
	f.nlines = 0;
	ring_put(data, &prod, 0x3fffff00, C_TRACE, 0); /* longer than the ring */
	dt_ring_scan(&f.c, &r, NULL);
	CHECK(dt_ring_drain(&f.c, &r, NULL) == 0 && cons == prod && f.nlines == 1);
	prod = 10000; /* more than it can hold */
	dt_ring_scan(&f.c, &r, NULL);
	CHECK(dt_ring_drain(&f.c, &r, NULL) == 0 && f.nlines == 2);
	fake_close(&f);
}

static void perf_ring(void)
{
	struct fake f = {.c.opts.quiet = true};
	_Alignas(8) unsigned char data[64];
	unsigned char *copy = aligned_alloc(16, DT_RING_COPY);
	uint64_t prod = 40, cons = 40; /* the sample wraps */
	struct dt_ring r = {
		.perf = true, .consumer = &cons, .producer = &prod, .data = data, .size = 64};
	struct {
		struct perf_event_header h;
		uint32_t raw;
		unsigned char payload[20];
	} s = {{PERF_RECORD_SAMPLE, 0, 32}, 16, {0}};
	struct dt_rechdr h = {C_TRACE, P_READ};
	int32_t v = 9;

	open_fake(&f);
	memcpy(s.payload, &h, 8);
	memcpy(s.payload + 8, &v, 4);
	for (size_t i = 0; i < 32; i++)
		data[prod++ % 64] = ((unsigned char *)&s)[i];
	CHECK(!dt_ring_scan(&f.c, &r, copy));
	CHECK(dt_ring_drain(&f.c, &r, copy) == 0 && cons == prod);
	CHECK_STR(fake_text(&f), "9");
	s.raw = 60; /* beyond its own record */
	for (size_t i = 0; i < 32; i++)
		data[prod++ % 64] = ((unsigned char *)&s)[i];
	dt_ring_scan(&f.c, &r, copy);
	CHECK(dt_ring_drain(&f.c, &r, copy) == 0 && cons == prod && f.nlines == 1);
	free(copy);
	fake_close(&f);
}

/* Written as the kernel does it with write_backward: downwards, over what was there. */
static void put_back(unsigned char *data, uint64_t *head, uint32_t clause, int32_t v, uint16_t size)
{
	struct {
		struct perf_event_header h;
		uint32_t raw;
		unsigned char payload[36];
	} s = {{PERF_RECORD_SAMPLE, 0, size}, 16, {0}};
	struct dt_rechdr h = {clause, P_READ};

	memcpy(s.payload, &h, 8);
	memcpy(s.payload + 8, &v, 4);
	*head -= size;
	for (size_t i = 0; i < size; i++)
		data[(*head + i) % 128] = ((unsigned char *)&s)[i];
}

static void overwritten_ring(void)
{
	struct fake f = {.c.opts.quiet = true};
	_Alignas(8) unsigned char data[128] = {0};
	unsigned char *copy = aligned_alloc(16, DT_RING_COPY);
	uint64_t head = 0;
	struct dt_ring r = {
		.perf = true, .overwrite = true, .producer = &head, .data = data, .size = 128};
	bool uses = false;

	open_fake(&f);
	CHECK(dt_ring_scan_back(&f.c, &r, copy, &uses) == 0 && !r.nat && !uses);
	for (int i = 1; i <= 4; i++) /* the buffer is just full */
		put_back(data, &head, C_TRACE, i, 32);
	CHECK(dt_ring_scan_back(&f.c, &r, copy, &uses) == 0 && r.nat == 4 && !r.wrapped);
	CHECK(dt_ring_drain_back(&f.c, &r, copy) == 0 && r.got == 4);
	CHECK_STR(fake_text(&f), "1234");
	put_back(data, &head, C_TRACE, 5, 32); /* the rest has been read */
	CHECK(dt_ring_scan_back(&f.c, &r, copy, &uses) == 0 && !r.wrapped);
	CHECK(dt_ring_drain_back(&f.c, &r, copy) == 0);
	CHECK_STR(fake_text(&f), "5");
	for (int i = 6; i <= 8; i++)
		put_back(data, &head, C_TRACE, i, 32);
	put_back(data, &head, C_CLEAR, 9, 40); /* cuts 6 off */
	put_back(data, &head, C_TRACE, 0, 32); /* 24 bytes of 7 are left */
	CHECK(dt_ring_scan_back(&f.c, &r, copy, &uses) == 0 && r.wrapped && uses && r.nat == 3);
	CHECK(dt_ring_drain_back(&f.c, &r, copy) == 0 && r.got == 8 && !f.nlines);
	CHECK_STR(fake_text(&f), "80");
	free(r.at);
	r.at = NULL;
	r.nat = 0;
	r.read = head = 0; /* a length that makes no sense, where nothing can have been cut off */
	r.wrapped = false;
	put_back(data, &head, C_TRACE, 1, 32);
	data[head % 128 + 6] = 4; /* header.size */
	CHECK(dt_ring_scan_back(&f.c, &r, copy, &uses) == 0 && !r.nat && f.nlines == 1);
	free(r.at);
	free(copy);
	fake_close(&f);
}

static int stop(void *arg, const char *text, const struct dt_record *r)
{
	int *n = arg;

	CHECK(r && r->probe == &probes[P_READ] && text);
	return ++*n >= 2;
}

static void handlers(void)
{
	struct fake f = {.c.opts.quiet = true};
	int n = 0;

	open_fake(&f);
	f.c.on_buffered = stop;
	f.c.handler_arg = &n;
	CHECK(put(&f, 0, C_TRACE, P_READ, 7) == 0);
	CHECK(put(&f, 0, C_TRACE, P_READ, 7) == -ECANCELED && n == 2);
	f.c.on_buffered = NULL;
	fake_close(&f);
}

static void full_disk(void)
{
	struct fake f = {0};
	FILE *mem, *full = fopen("/dev/full", "w");
	int r = 0;

	open_fake(&f);
	mem = f.c.out;
	if (!full) {
		SKIP("no /dev/full");
	} else {
		f.c.out = full;
		for (int i = 0; i < 10000 && !r; i++)
			r = put(&f, 0, C_TRACE, P_READ, i);
		CHECK(r == -ENOSPC);
		fclose(full);
	}
	f.c.out = mem;
	fake_close(&f);
}

int main(void)
{
	golden_normal();
	golden_flow();
	testing_mode();
	hostile_records();
	errors();
	drops();
	ringbuf();
	perf_ring();
	overwritten_ring();
	handlers();
	full_disk();
	return check_summary();
}
