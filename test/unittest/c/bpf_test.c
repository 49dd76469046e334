/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From IR to running programs. Everything is run for real, by test runs of raw tracepoint programs,
 * and compared with the same computed in C; without the privilege, it is only compiled. Programs
 * get their inputs from the map `in` and leave their results in the map `out`.
 */
#include <stdlib.h>
#include <unistd.h>
#include "bpf/load.h"
#include "bpf/sys.h"
#include "check.h"
#include "ir/build.h"
#include "rt_sample.h"

#define NOUT 256

struct env {
	struct dt_arena *a;
	struct dt_diags d;
	struct ir_module *m;
	struct ir_func *f;
	struct ir_builder b;
	struct dt_mapdef *in, *out, *counts;
	struct dt_kernel k;
};

static struct dt_mapdef *cell(struct ir_module *m, const char *name)
{
	struct dt_mapdef *d = ir_map_new(m, name, BPF_MT_ARRAY, 4, NOUT * 8, 1, 0);

	d->mmapped = true;
	return d;
}

static void begin(struct env *e)
{
	memset(e, 0, sizeof(*e));
	e->a = dt_arena_new();
	dt_diags_init(&e->d, e->a);
	e->m = ir_module_new(e->a, &e->d);
	e->in = cell(e->m, "in");
	e->out = cell(e->m, "out");
	e->counts = ir_map_new(e->m, "counts", BPF_MT_HASH, 4, 8, 16, 0);
	e->counts->btf_key = "u32 cpu";
	e->counts->btf_value = "u64 count";
	ir_const_set(e->m, "strsize", 256);
	e->f = ir_func_new(e->m, "test", true, 1);
	e->f->prog_type = BPF_PT_RAW_TRACEPOINT;
	e->b.fn = e->f;
	ir_at(&e->b, ir_block_new(&e->b, "entry"));
}

static void end(struct env *e)
{
	dt_kernel_close(&e->k);
	dt_arena_free(e->a);
}

static bool compile(struct env *e, const struct dt_features *feat, bool optimise)
{
	const char *why;

	for (struct ir_func *f = e->m->first; f; f = f->next) {
		if (!ir_verify(f, &why)) {
			printf("%s\n", why);
			return false;
		}
		if (optimise)
			ir_optimise(f);
		if (!ir_verify(f, &why)) {
			printf("after the optimiser: %s\n", why);
			return false;
		}
	}
	e->f->image = dt_link(e->f, feat);
	if (!e->f->image)
		dt_diags_render(&e->d, stdout);
	return e->f->image != NULL;
}

static bool prepare(struct env *e, struct dt_features *feat, bool optimise)
{
	if (!compile(e, feat, optimise))
		return false;
	if (dt_kernel_open(&e->k, e->m, feat) < 0) {
		printf("%s\n", e->k.error);
		return false;
	}
	if (dt_load(&e->k, e->f) < 0) {
		dt_diags_render(&e->d, stdout);
		ir_print_func(e->f, stdout);
		dt_disasm(e->f, e->f->image, stdout);
		return false;
	}
	return true;
}

static uint64_t *out_mem(struct env *e)
{
	return e->out->mem;
}

static bool run(struct env *e)
{
	if (dt_testrun(&e->k, e->f, 0) < 0) {
		printf("%s\n", e->k.error);
		return false;
	}
	return true;
}

static ir_reg input(struct env *e, unsigned n)
{
	return ir_load(&e->b, 8, false, ir_mapval(&e->b, e->in, 0), (int)n * 8);
}

static void output(struct env *e, unsigned n, ir_reg v)
{
	ir_store(&e->b, 8, ir_mapval(&e->b, e->out, 0), (int)n * 8, v);
}

/* ------------------------------------------------------------------ every operation */

static const uint64_t interesting[] = {0,          1,          2,          7,
				       63,         64,         0x7f,       0x80,
				       0xffff,     0x8000,     0x7fffffff, 0x80000000,
				       0xffffffff, 1ull << 32, INT64_MAX,  1ull << 63,
				       -1ull,      -7ull,      -128ull,    0x0123456789abcdef};
#define NVAL (sizeof(interesting) / sizeof(*interesting))

static void arith_program(struct env *e, uint64_t imm, bool use_imm)
{
	unsigned n = 0;
	ir_reg x = input(e, 0), y = use_imm ? 0 : input(e, 1);

	for (int op = IR_ADD; op <= IR_SAR; op++)
		output(e, n++,
		       use_imm ? ir_op2i(&e->b, op, x, (int64_t)imm) : ir_op2(&e->b, op, x, y));
	for (int c = IR_EQ; c <= IR_SET; c++)
		output(e, n++,
		       use_imm ? ir_setcci(&e->b, c, x, (int64_t)imm) : ir_setcc(&e->b, c, x, y));
	output(e, n++, ir_op1(&e->b, IR_NEG, x));
	output(e, n++, ir_op1(&e->b, IR_NOT, x));
	for (unsigned size = 1; size <= 8; size *= 2) {
		output(e, n++, ir_ext(&e->b, x, size, false));
		output(e, n++, ir_ext(&e->b, x, size, true));
		output(e, n++, ir_bswap(&e->b, x, size));
		output(e, n++, ir_load(&e->b, size, false, ir_mapval(&e->b, e->in, 0), 0));
		output(e, n++, ir_load(&e->b, size, true, ir_mapval(&e->b, e->in, 0), 0));
	}
	ir_reti(&e->b, 0);
}

static unsigned arith_wrong(const uint64_t *got, uint64_t x, uint64_t y)
{
	unsigned n = 0, bad = 0;
	uint64_t want;

#define EXPECT(w)                                                                     \
	do {                                                                          \
		want = (w);                                                           \
		if (got[n] != want) {                                                 \
			printf("result %u of %#llx, %#llx: %#llx, not %#llx\n", n,    \
			       (unsigned long long)x, (unsigned long long)y,          \
			       (unsigned long long)got[n], (unsigned long long)want); \
			bad++;                                                        \
		}                                                                     \
		n++;                                                                  \
	} while (0)
	for (int op = IR_ADD; op <= IR_SAR; op++) {
		bool div = op >= IR_UDIV && op <= IR_SMOD;

		ir_eval2(op, x, y, &want);
		if (div && !y)
			n++;
		else
			EXPECT(want);
	}
	for (int c = IR_EQ; c <= IR_SET; c++)
		EXPECT(ir_eval_cond(c, x, y));
	EXPECT(0 - x);
	EXPECT(~x);
	for (unsigned size = 1; size <= 8; size *= 2) {
		EXPECT(ir_eval_ext(x, size, false));
		EXPECT(ir_eval_ext(x, size, true));
		EXPECT(ir_eval_bswap(x, size));
		EXPECT(ir_eval_ext(x, size, false));
		EXPECT(ir_eval_ext(x, size, true));
	}
	return bad;
}

static void test_arith(struct dt_features *feat, bool optimise)
{
	struct env e;

	begin(&e); /* both operands in registers */
	arith_program(&e, 0, false);
	if (prepare(&e, feat, optimise)) {
		unsigned bad = 0;

		for (size_t x = 0; x < NVAL; x++)
			for (size_t y = 0; y < NVAL; y++) {
				uint64_t *in = e.in->mem;

				in[0] = interesting[x];
				in[1] = interesting[y];
				if (!run(&e))
					bad++;
				bad += arith_wrong(out_mem(&e), interesting[x], interesting[y]);
			}
		CHECK(bad == 0);
	} else {
		CHECK(!"prepared");
	}
	end(&e);
	for (size_t y = 0; y < NVAL; y++) { /* the second one immediate */
		unsigned bad = 0;

		begin(&e);
		arith_program(&e, interesting[y], true);
		if (prepare(&e, feat, optimise)) {
			for (size_t x = 0; x < NVAL; x++) {
				*(uint64_t *)e.in->mem = interesting[x];
				if (!run(&e))
					bad++;
				bad += arith_wrong(out_mem(&e), interesting[x], interesting[y]);
			}
			CHECK(bad == 0);
		} else {
			CHECK(!"prepared");
		}
		end(&e);
	}
}

/* ------------------------------------------------------------------ spills, calls, loops, maps */

static void test_spill(struct dt_features *feat)
{
	struct env e;
	ir_reg v[40], sum;
	uint64_t want = 0;

	begin(&e);
	for (unsigned n = 0; n < 40; n++)
		v[n] = ir_op2i(&e.b, IR_ADD, input(&e, n), n);
	ir_reg cpu = IR_CALL(&e.b, 8);
	(void)cpu;
	ir_call(&e.b, 5, 0, NULL);
	sum = ir_ldi(&e.b, 0);
	for (unsigned n = 0; n < 40; n++)
		sum = ir_op2(&e.b, n % 2 ? IR_XOR : IR_ADD, sum,
			     ir_op2i(&e.b, IR_MUL, v[n], n + 1));
	output(&e, 0, sum);
	for (unsigned n = 0; n < 40; n++)
		output(&e, n + 1, v[n]);
	ir_reti(&e.b, 0);
	if (prepare(&e, feat, true)) {
		unsigned bad = 0;

		for (unsigned n = 0; n < 40; n++)
			((uint64_t *)e.in->mem)[n] = 1000003ull * n * n;
		CHECK(run(&e));
		for (unsigned n = 0; n < 40; n++) {
			uint64_t x = 1000003ull * n * n + n;

			want = n % 2 ? want ^ x * (n + 1) : want + x * (n + 1);
			bad += out_mem(&e)[n + 1] != x;
		}
		CHECK(out_mem(&e)[0] == want && !bad);
	} else {
		CHECK(!"prepared");
	}
	end(&e);
}

/* Pointers that live across calls, more than there are registers: the verifier must still know
 * them. */
static void test_spill_pointers(struct dt_features *feat)
{
	struct ir_block *out, *next;
	struct env e;
	ir_reg p[12], ctx;
	uint32_t zero = 0;
	uint64_t count = 0;

	begin(&e);
	ctx = ir_param(&e.b, 0);
	out = ir_block_new(&e.b, "out");
	ir_reg k = ir_frame(&e.b, ir_frameobj(&e.b, 4, "key"));
	ir_storei(&e.b, 4, k, 0, 0);
	for (int n = 0; n < 12; n++) {
		next = ir_block_new(&e.b, NULL);
		p[n] = IR_CALL(&e.b, 1, ir_mapfd(&e.b, e.counts), k);
		ir_bri(&e.b, IR_EQ, p[n], 0, out, next);
		ir_at(&e.b, next);
	}
	for (int n = 0; n < 12; n++) {
		ir_store(&e.b, 8, p[n], 0,
			 ir_op2i(&e.b, IR_ADD, ir_load(&e.b, 8, false, p[n], 0), 1));
		ir_call(&e.b, 5, 0, NULL);
	}
	output(&e, 0, ir_load(&e.b, 8, false, ctx, 8));
	ir_jmp(&e.b, out);
	ir_at(&e.b, out);
	ir_reti(&e.b, 0);
	if (prepare(&e, feat, true)) {
		CHECK(!dt_bpf_update(e.counts->fd, &zero, &count, 0));
		CHECK(run(&e));
		CHECK(!dt_bpf_lookup(e.counts->fd, &zero, &count) && count == 12);
	} else {
		CHECK(!"prepared");
	}
	end(&e);
}

/* A keyed count: the sequence whose cost matters most. */
static void keyed_count(struct env *e, bool twice)
{
	struct ir_block *have = ir_block_new(&e->b, "have"), *miss = ir_block_new(&e->b, "miss");
	struct ir_block *again = ir_block_new(&e->b, "again"), *out = ir_block_new(&e->b, "out");
	uint32_t key = ir_frameobj(&e->b, 4, "key"), val = ir_frameobj(&e->b, 8, "val");
	ir_reg cell_ = ir_newreg(&e->b), k = ir_frame(&e->b, key), m = ir_mapfd(&e->b, e->counts),
	       v, r;

	ir_store(&e->b, 4, k, 0, IR_CALL(&e->b, 8));
	ir_mov_to(&e->b, cell_, IR_CALL(&e->b, 1, m, k));
	ir_bri(&e->b, IR_NE, cell_, 0, have, miss);
	ir_at(&e->b, miss);
	v = ir_frame(&e->b, val);
	ir_storei(&e->b, 8, v, 0, 0);
	IR_CALL(&e->b, 2, m, k, v, ir_ldi(&e->b, BPF_UPDATE_NOEXIST));
	r = IR_CALL(&e->b, 1, m, k);
	ir_mov_to(&e->b, cell_, r);
	ir_bri(&e->b, IR_NE, cell_, 0, have, out);
	ir_at(&e->b, have);
	ir_atomic_add(&e->b, 8, cell_, 0, ir_ldi(&e->b, 1));
	ir_jmp(&e->b, twice ? again : out);
	if (twice) {
		ir_at(&e->b, again);
		ir_jmp(&e->b, out);
	}
	ir_at(&e->b, out);
}

/* A long program compiles in a time that grows about as it does. */
static void test_long(struct dt_features *feat)
{
	struct env e;

	begin(&e);
	for (int n = 0; n < 400; n++)
		keyed_count(&e, n % 2);
	ir_reti(&e.b, 0);
	if (prepare(&e, feat, true)) {
		uint32_t zero = 0;
		uint64_t count = 0;

		CHECK(run(&e));
		CHECK(!dt_bpf_lookup(e.counts->fd, &zero, &count) && count == 400);
	} else {
		CHECK(!"prepared");
	}
	end(&e);
}

/* Too many values for the stack frame: a diagnostic where most are live, not a crash. */
static void test_stack_overflow(struct dt_features *feat)
{
	struct env e;
	ir_reg v[90];
	struct dt_source *src;

	begin(&e);
	src = dt_source_add(&e.d, DT_SRC_SCRIPT, "x.d", "line one\nline two\n", 18);
	e.b.span = (struct dt_span){src->id, 0, 4};
	for (unsigned n = 0; n < 90; n++)
		v[n] = input(&e, n);
	e.b.span = (struct dt_span){src->id, 9, 13};
	ir_call(&e.b, 5, 0, NULL);
	for (unsigned n = 0; n < 90; n++)
		output(&e, n, v[n]);
	ir_reti(&e.b, 0);
	e.f->image = dt_link(e.f, feat);
	CHECK(e.f->image == NULL);
	CHECK(e.d.list.n == 1 && e.d.list.v[0]->span.src == src->id);
	end(&e);
}

static void test_calls(struct dt_features *feat)
{
	struct env e;
	struct ir_builder g;
	ir_reg args[5];

	begin(&e);
	memset(&g, 0, sizeof(g));
	g.fn = ir_func_new(e.m, "weigh", false, 5);
	ir_at(&g, ir_block_new(&g, "entry"));
	ir_reg sum = ir_ldi(&g, 0);
	for (unsigned n = 0; n < 5; n++)
		sum = ir_op2(&g, IR_ADD, sum, ir_op2i(&g, IR_MUL, ir_param(&g, n), n + 1));
	ir_ret(&g, sum);

	for (unsigned n = 0; n < 5; n++)
		args[4 - n] = input(&e, n); /* crosswise: a parallel move */
	ir_reg x = ir_call_fn(&e.b, g.fn, 5, args);
	ir_reg rotated[5] = {args[1], args[2], args[3], args[4], args[0]};
	ir_reg y = ir_call_fn(&e.b, g.fn, 5, rotated);
	output(&e, 0, x);
	output(&e, 1, y);
	output(&e, 2, IR_CALL_RT(&e.b, "dt_rt_outer", x)); /* bpf-runtime: 3x + 7 + 1, writes [3] */
	output(&e, 4, IR_CALL_RT(&e.b, "dt_rt_sample", x, y));
	ir_reti(&e.b, 0);
	if (prepare(&e, feat, true)) {
		uint64_t *in = e.in->mem, a = 0, b = 0;
		struct dt_prog_info info;
		uint32_t zero = 0;
		uint64_t count = 0;

		for (unsigned n = 0; n < 5; n++)
			in[n] = 100 + n * n * 7;
		CHECK(!dt_bpf_update(e.counts->fd, &zero, &count, 0));
		CHECK(run(&e));
		for (unsigned n = 0; n < 5; n++) {
			a += in[4 - n] * (n + 1);
			b += in[4 - (n + 1) % 5] * (n + 1);
		}
		CHECK(out_mem(&e)[0] == a && out_mem(&e)[1] == b);
		CHECK(dt_bpf_prog_info(e.f->fd, &info) > 0 && info.btf_id != 0);
		CHECK(info.nr_func_info == 5 && info.nr_line_info >= 5);
		CHECK(out_mem(&e)[2] == 3 * a + 8);
		CHECK(out_mem(&e)[3] == 256);
		CHECK(out_mem(&e)[4] == 3 * a + b);
		CHECK(!dt_bpf_lookup(e.counts->fd, &zero, &count) && count == a);
	} else {
		CHECK(!"prepared");
	}
	end(&e);
}

static void test_loop(struct dt_features *feat)
{
	struct env e;
	struct ir_block *head, *body, *out;

	begin(&e);
	head = ir_block_new(&e.b, "head");
	body = ir_block_new(&e.b, "body");
	out = ir_block_new(&e.b, "out");
	ir_reg i = ir_newreg(&e.b), a = ir_newreg(&e.b), b = ir_newreg(&e.b), t;
	ir_ldi_to(&e.b, i, 0);
	ir_ldi_to(&e.b, a, 0);
	ir_ldi_to(&e.b, b, 1);
	ir_jmp(&e.b, head);
	ir_at(&e.b, head);
	ir_bri(&e.b, IR_LT, i, 50, body, out);
	ir_at(&e.b, body);
	t = ir_op2(&e.b, IR_ADD, a, b);
	ir_mov_to(&e.b, a, b);
	ir_mov_to(&e.b, b, t);
	ir_mov_to(&e.b, i, ir_op2i(&e.b, IR_ADD, i, 1));
	ir_jmp(&e.b, head);
	ir_at(&e.b, out);
	output(&e, 0, a);
	output(&e, 1, i);
	ir_reti(&e.b, 0);
	if (prepare(&e, feat, true)) {
		CHECK(run(&e));
		CHECK(out_mem(&e)[0] == 12586269025ull && out_mem(&e)[1] == 50);
	} else {
		CHECK(!"prepared");
	}
	end(&e);
}

static void test_maps(struct dt_features *feat)
{
	struct env e;
	uint32_t zero = 0;
	uint64_t count = 0;

	begin(&e);
	keyed_count(&e, true);
	keyed_count(&e, false);
	ir_reti(&e.b, 0);
	if (prepare(&e, feat, true)) {
		CHECK(run(&e) && run(&e));
		CHECK(!dt_bpf_lookup(e.counts->fd, &zero, &count) && count == 4);
	} else {
		CHECK(!"prepared");
	}
	end(&e);

	begin(&e); /* clang 14 needs 28 instructions for this one (-O2 -mcpu=v3, the same in C) */
	keyed_count(&e, false);
	ir_reti(&e.b, 0);
	CHECK(compile(&e, feat, true) && e.f->image->insns.n <= 28);
	if (e.f->image && e.f->image->insns.n > 28)
		dt_disasm(e.f, e.f->image, stdout);
	end(&e);
}

static void test_atomics(struct dt_features *feat)
{
	struct env e;

	if (!dt_feature(feat, FEAT_ATOMICS)) {
		SKIP("no atomic exchange");
		return;
	}
	begin(&e);
	ir_reg p = ir_mapval(&e.b, e.out, 0), five = ir_ldi(&e.b, 5), nine = ir_ldi(&e.b, 9);
	output(&e, 1, ir_cmpxchg(&e.b, 4, p, 0, ir_ldi(&e.b, 0), five)); /* 0 -> 5 */
	output(&e, 2, ir_cmpxchg(&e.b, 4, p, 0, ir_ldi(&e.b, 0), nine)); /* stays 5 */
	output(&e, 3, ir_xchg(&e.b, 8, p, 0, nine));                     /* 5 -> 9 */
	ir_atomic_add(&e.b, 8, p, 0, five);
	ir_atomic_add(&e.b, 4, p, 32, five);
	ir_reti(&e.b, 0);
	if (prepare(&e, feat, true)) {
		uint64_t *o = out_mem(&e);

		CHECK(run(&e));
		CHECK(o[0] == 14 && o[1] == 0 && o[2] == 5 && o[3] == 5 && o[4] == 5);
	} else {
		CHECK(!"prepared");
	}
	end(&e);
}

/* Frame objects used one after another share their bytes; addresses may be copied and offset. */
static void test_frame(struct dt_features *feat)
{
	struct env e;
	ir_reg sum;

	begin(&e);
	sum = ir_ldi(&e.b, 0);
	for (unsigned n = 0; n < 30; n++) {
		ir_reg p = ir_frame(&e.b, ir_frameobj(&e.b, 64, "obj"));
		ir_reg q = ir_op2i(&e.b, IR_ADD, p, 8);

		ir_store(&e.b, 8, p, 0, input(&e, n));
		ir_store(&e.b, 8, q, 8, input(&e, n + 1));
		sum = ir_op2(&e.b, IR_ADD, sum, ir_load(&e.b, 8, false, q, -8));
		sum = ir_op2(&e.b, IR_ADD, sum, ir_load(&e.b, 8, false, p, 16));
	}
	output(&e, 0, sum);
	ir_reti(&e.b, 0);
	if (prepare(&e, feat, true)) {
		uint64_t want = 0;

		for (unsigned n = 0; n < 31; n++) {
			((uint64_t *)e.in->mem)[n] = n * n + 1;
			want += (n * n + 1) * (n == 0 || n == 30 ? 1 : 2);
		}
		CHECK(run(&e));
		CHECK(out_mem(&e)[0] == want);
	} else {
		CHECK(!"prepared");
	}
	end(&e);
}

/* ------------------------------------------------------------------ rejections and the log */

static void test_rejection(struct dt_features *feat)
{
	static const char text[] = "BEGIN\n{\n\ttrace(1);\n\tx = *p;\n}\n";
	struct env e;
	struct dt_source *src;
	const char *file;
	uint32_t line, col;

	begin(&e);
	src = dt_source_add(&e.d, DT_SRC_SCRIPT, "bad.d", text, sizeof(text) - 1);
	e.b.span = (struct dt_span){src->id, 9, 17};
	output(&e, 0, ir_ldi(&e.b, 1));
	e.b.span = (struct dt_span){src->id, 20, 26};
	output(&e, 0, ir_load(&e.b, 8, false, input(&e, 0), 0)); /* a number is no pointer */
	e.b.span = (struct dt_span){src->id, 9, 17};
	ir_reti(&e.b, 0);
	CHECK(compile(&e, feat, true));
	CHECK(!dt_kernel_open(&e.k, e.m, feat));
	CHECK(dt_load(&e.k, e.f) < 0);
	CHECK(e.d.list.n == 1);
	if (e.d.list.n) {
		dt_span_where(&e.d, e.d.list.v[0]->span, &file, &line, &col);
		CHECK(line == 4);
		CHECK(strstr(e.d.list.v[0]->text, "invalid mem access") != NULL);
	}
	end(&e);
}

static void test_timer(struct dt_features *feat)
{
	struct env e;
	struct dt_attach at = {.mech = DT_MECH_PERF_CLOCK, .period_ns = 1000000};

	begin(&e);
	e.f->prog_type = BPF_PT_PERF_EVENT;
	e.f->attach = &at;
	ir_atomic_add(&e.b, 8, ir_mapval(&e.b, e.out, 0), 0, ir_ldi(&e.b, 1));
	ir_reti(&e.b, 0);
	if (prepare(&e, feat, true)) {
		uint64_t seen;

		CHECK(dt_attach(&e.k, e.f, -1) == 0);
		for (volatile uint64_t n = 0; n < 20000000; n++)
			;
		dt_detach_all(&e.k, NULL, NULL);
		seen = out_mem(&e)[0];
		CHECK(seen > 0);
		CHECK(dt_grace_period(&e.k) == 0);
		CHECK(dt_recursion_misses(&e.k) == 0);
	} else {
		CHECK(!"prepared");
	}
	end(&e);
}

static void test_raw_tp(struct dt_features *feat)
{
	struct env e;
	struct dt_attach at = {.mech = DT_MECH_RAW_TP, .target = "sys_enter"};
	struct ir_block *hit, *out;

	begin(&e);
	e.f->attach = &at;
	hit = ir_block_new(&e.b, "hit");
	out = ir_block_new(&e.b, "out");
	ir_reg ctx = ir_param(&e.b, 0);
	ir_reg pid = ir_op2i(&e.b, IR_SHR, IR_CALL(&e.b, 14), 32);
	ir_bri(&e.b, IR_EQ, pid, getpid(), hit, out);
	ir_at(&e.b, hit);
	ir_atomic_add(&e.b, 8, ir_mapval(&e.b, e.out, 0), 0, ir_ldi(&e.b, 1));
	output(&e, 1, ir_load(&e.b, 8, false, ctx, 8));
	ir_jmp(&e.b, out);
	ir_at(&e.b, out);
	ir_reti(&e.b, 0);
	if (prepare(&e, feat, true)) {
		CHECK(dt_attach(&e.k, e.f, -1) == 0);
		for (int n = 0; n < 10; n++)
			getppid();
		CHECK(out_mem(&e)[0] >= 10);
		dt_detach_all(&e.k, NULL, NULL);
	} else {
		CHECK(!"prepared");
	}
	at.target = "no_such_event";
	end(&e);
}

/* An array of maps whose inner maps are made from a template. */
static void test_inner_maps(struct dt_features *feat)
{
	struct dt_mapdef *rings, *ring, *self = NULL, *per_cpu, *frozen;
	struct env e;

	begin(&e);
	ring = ir_map_new(e.m, "ring", BPF_MT_RINGBUF, 0, 0, 4096, 0);
	rings = ir_map_new(e.m, "rings", BPF_MT_ARRAY_OF_MAPS, 4, 4, 1, 0);
	rings->inner = ring;
	rings->ncpu_entries = true;
	if (dt_feature(feat, FEAT_TASK_STORAGE)) {
		self = ir_map_new(e.m, "self", BPF_MT_TASK_STORAGE, 4, 24, 0, BPF_MF_NO_PREALLOC);
		self->btf_value = "u64 ts; char name[10]";
	}
	per_cpu = ir_map_new(e.m, "per_cpu", BPF_MT_ARRAY, 4, 16, 1, 0);
	per_cpu->ncpu_value = per_cpu->mmapped = true;
	frozen = ir_map_new(e.m, "a_rather_long_name", BPF_MT_ARRAY, 4, 6, 1, 0);
	frozen->frozen = frozen->mmapped = true;
	frozen->init = "hello";
	struct ir_block *got = ir_block_new(&e.b, "got"), *out = ir_block_new(&e.b, "out");
	struct ir_block *have = ir_block_new(&e.b, "have");
	ir_reg k = ir_frame(&e.b, ir_frameobj(&e.b, 4, "cpu"));
	ir_store(&e.b, 4, k, 0, IR_CALL(&e.b, 8));
	ir_reg r = IR_CALL(&e.b, 1, ir_mapfd(&e.b, rings), k);
	ir_bri(&e.b, IR_NE, r, 0, got, out);
	ir_at(&e.b, got);
	ir_reg rec = IR_CALL(&e.b, 131, r, ir_ldi(&e.b, 16), ir_ldi(&e.b, 0));
	ir_bri(&e.b, IR_NE, rec, 0, have, out);
	ir_at(&e.b, have);
	ir_storei(&e.b, 8, rec, 0, 42);
	ir_storei(&e.b, 8, rec, 8, 43);
	ir_reg args[2] = {rec, ir_ldi(&e.b, 0)};
	ir_call(&e.b, 132, 2, args);
	output(&e, 0, ir_ldi(&e.b, 1));
	ir_jmp(&e.b, out);
	ir_at(&e.b, out);
	ir_reti(&e.b, 0);
	if (prepare(&e, feat, true)) {
		CHECK(rings->ninner == e.k.ncpu && rings->inner_fds[0] >= 0);
		CHECK(!self || self->fd >= 0);
		CHECK(per_cpu->mem && per_cpu->mem_size >= 16 * e.k.ncpu);
		CHECK(frozen->mem && !strcmp(frozen->mem, "hello"));
		CHECK(run(&e));
		CHECK(out_mem(&e)[0] == 1);
	} else {
		CHECK(!"prepared");
	}
	end(&e);
}

/* ------------------------------------------------------------------ random programs */

#define NVAR    40
#define NBLOCKS 12

struct rng {
	uint64_t s;
};

static uint32_t rnd(struct rng *r, uint32_t n)
{
	r->s = r->s * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(r->s >> 33) % n;
}

static void random_inst(struct env *e, struct rng *r, const ir_reg *var)
{
	ir_reg x = var[rnd(r, NVAR)], y = var[rnd(r, NVAR)], d = var[rnd(r, NVAR)];
	int64_t imm = (int64_t)interesting[rnd(r, NVAL)];
	int op = IR_ADD + (int)rnd(r, IR_SAR - IR_ADD + 1);
	ir_reg v, args[3];

	switch (rnd(r, 14)) {
	case 0:
	case 1:
	case 2:
	case 3:
		if (op >= IR_UDIV && op <= IR_SMOD) /* never by 0 */
			y = ir_op2i(&e->b, IR_OR, y, 1);
		v = ir_op2(&e->b, op, x, y);
		break;
	case 4:
	case 5:
		if (op >= IR_UDIV && op <= IR_SMOD && !imm)
			imm = 3;
		v = ir_op2i(&e->b, op, x, imm);
		break;
	case 6: v = ir_ext(&e->b, x, 1u << rnd(r, 4), rnd(r, 2)); break;
	case 7: v = ir_setcc(&e->b, rnd(r, IR_SET + 1), x, y); break;
	case 8: v = ir_setcci(&e->b, rnd(r, IR_SET + 1), x, imm); break;
	case 9: v = ir_bswap(&e->b, x, 1u << rnd(r, 4)); break;
	case 10: ir_ldi_to(&e->b, d, imm); return;
	case 11:
		args[0] = x, args[1] = y, args[2] = var[rnd(r, NVAR)];
		v = ir_call_fn(&e->b, e->f->next, 3, args);
		break;
	case 12:
		ir_store(&e->b, 1u << rnd(r, 4), ir_frame(&e->b, 0), (int)rnd(r, 4) * 8, x);
		v = ir_load(&e->b, 1u << rnd(r, 4), rnd(r, 2), ir_frame(&e->b, 0),
			    (int)rnd(r, 4) * 8);
		break;
	default: v = ir_op1(&e->b, rnd(r, 2) ? IR_NEG : IR_NOT, x); break;
	}
	ir_mov_to(&e->b, d, v);
}

static void random_program(struct env *e, struct rng *r, unsigned nvar)
{
	struct ir_block *blk[NBLOCKS + 1];
	ir_reg var[NVAR], f, params[3], sum;
	struct ir_builder g = {0};

	g.fn = ir_func_new(e->m, "mix", false, 3);
	ir_at(&g, ir_block_new(&g, "entry"));
	for (unsigned n = 0; n < 3; n++)
		params[n] = ir_param(&g, n);
	sum = ir_op2(&g, IR_SUB, ir_op2i(&g, IR_MUL, params[0], 31), params[1]);
	ir_ret(&g, ir_op2(&g, IR_XOR, sum, params[2]));
	ir_frameobj(&e->b, 32, "buf");
	f = ir_frame(&e->b, 0);
	for (int n = 0; n < 4; n++)
		ir_storei(&e->b, 8, f, n * 8, n);
	for (unsigned n = 0; n < NVAR; n++)
		var[n] = n < nvar ? ir_mov(&e->b, input(e, n)) : var[n % nvar];
	for (unsigned n = 0; n <= NBLOCKS; n++)
		blk[n] = ir_block_new(&e->b, NULL);
	ir_jmp(&e->b, blk[0]);
	for (unsigned n = 0; n < NBLOCKS; n++) { /* forward branches: it ends */
		ir_at(&e->b, blk[n]);
		for (unsigned k = rnd(r, 10); k; k--)
			random_inst(e, r, var);
		struct ir_block *to = blk[n + 1 + rnd(r, NBLOCKS - n)], *next = blk[n + 1];
		if (rnd(r, 4) == 0)
			ir_jmp(&e->b, to);
		else if (rnd(r, 2))
			ir_br(&e->b, rnd(r, IR_SET + 1), var[rnd(r, NVAR)], var[rnd(r, NVAR)], to,
			      next);
		else
			ir_bri(&e->b, rnd(r, IR_SET + 1), var[rnd(r, NVAR)],
			       (int64_t)interesting[rnd(r, NVAL)], next, to);
	}
	ir_at(&e->b, blk[NBLOCKS]);
	for (unsigned n = 0; n < nvar; n++)
		output(e, n, var[n]);
	ir_reti(&e->b, 0);
}

/* The same program, interpreted. Addresses are offsets: frame at 1 << 40, maps at 2 and 3 << 40. */
struct machine {
	const uint64_t *in;
	uint64_t out[NOUT];
	char frame[64];
};

static char *mem_at(struct machine *mc, uint64_t addr)
{
	switch (addr >> 40) {
	case 1: return mc->frame + (addr & 63);
	case 2: return (char *)(uintptr_t)mc->in + (addr & 2047);
	default: return (char *)mc->out + (addr & 2047);
	}
}

static uint64_t interpret(struct machine *mc, const struct env *e, const struct ir_func *f,
			  const uint64_t *args)
{
	uint64_t *r = calloc(f->nregs + 1, 8), res = 0, a5[5];
	const struct ir_inst *i = f->first->first;

	for (int steps = 0; steps < 100000; steps++) {
		uint64_t x = r[i->a], y = i->has_imm ? (uint64_t)i->imm : r[i->b], v = 0;

		switch ((enum ir_op)i->op) {
		case IR_PARAM: v = args[i->imm]; break;
		case IR_LDI: v = (uint64_t)i->imm; break;
		case IR_MOV: v = x; break;
		case IR_NEG: v = 0 - x; break;
		case IR_NOT: v = ~x; break;
		case IR_EXT: v = ir_eval_ext(x, i->size, i->is_signed); break;
		case IR_BSWAP: v = ir_eval_bswap(x, i->size); break;
		case IR_SETCC: v = ir_eval_cond(i->cond, x, y); break;
		case IR_FRAME: v = 1ull << 40; break;
		case IR_MAPVAL: v = (i->map == e->in ? 2ull : 3ull) << 40; break;
		case IR_LOAD:
			memcpy(&v, mem_at(mc, x + (uint64_t)(int64_t)i->off), i->size);
			v = ir_eval_ext(v, i->size, i->is_signed);
			break;
		case IR_STORE:
			memcpy(mem_at(mc, x + (uint64_t)(int64_t)i->off), &y, i->size);
			break;
		case IR_CALL_FN:
			for (unsigned n = 0; n < i->nargs; n++)
				a5[n] = r[i->args[n]];
			v = interpret(mc, e, i->callee, a5);
			break;
		case IR_BR:
			i = ir_eval_cond(i->cond, x, y) ? i->then->first : i->otherwise->first;
			continue;
		case IR_JMP: i = i->then->first; continue;
		case IR_RET:
			res = i->has_imm ? (uint64_t)i->imm : x;
			free(r);
			return res;
		default: ir_eval2(i->op, x, y, &v);
		}
		if (i->dst)
			r[i->dst] = v;
		i = i->next;
	}
	free(r);
	return 0;
}

static void test_random(struct dt_features *feat, unsigned count)
{
	unsigned bad = 0, ran = 0;

	for (unsigned n = 0; n < count; n++) {
		struct rng r = {n * 2654435761u + 17};
		struct machine mc = {0};
		uint64_t in[NOUT];
		struct env e;
		unsigned nvar = 3 + rnd(&r, NVAR - 2);
		struct rng code = r;

		begin(&e);
		random_program(&e, &code, nvar);
		for (unsigned k = 0; k < NOUT; k++)
			in[k] = rnd(&r, 2) ? interesting[rnd(&r, NVAL)]
					   : (uint64_t)rnd(&r, 1u << 31) * 7;
		mc.in = in;
		interpret(&mc, &e, e.f, NULL);
		if (prepare(&e, feat, n % 4 != 0)) {
			memcpy(e.in->mem, in, sizeof(in));
			if (!run(&e) || memcmp(out_mem(&e), mc.out, nvar * 8)) {
				printf("random program %u differs\n", n);
				if (!bad++ && getenv("DTRACE_TEST_VERBOSE")) {
					ir_print_func(e.f, stdout);
					dt_disasm(e.f, e.f->image, stdout);
				}
			}
			ran++;
		} else {
			printf("random program %u does not load\n", n);
			bad++;
		}
		end(&e);
	}
	CHECK(ran == count && bad == 0);
}

int main(void)
{
	struct dt_features feat = {0}, old = {0};

	for (int n = 0; n < FEAT_COUNT; n++)
		printf("%-32s %s\n", dt_feature_name(n), dt_feature(&feat, n) ? "yes" : "no");
	old = feat;
	old.known[FEAT_SDIV] = -1; /* the code for older processors' sake */
	if (geteuid() != 0) {
		SKIP("not root: nothing can be run");
		return check_summary();
	}
	test_arith(&feat, true);
	test_arith(&feat, false);
	test_arith(&old, true);
	test_spill(&feat);
	test_spill_pointers(&feat);
	test_long(&feat);
	test_stack_overflow(&feat);
	test_calls(&feat);
	test_loop(&feat);
	test_maps(&feat);
	test_atomics(&feat);
	test_frame(&feat);
	test_rejection(&feat);
	test_inner_maps(&feat);
	test_raw_tp(&feat);
	test_timer(&feat);
	test_random(&feat, 150);
	test_random(&old, 50);
	return check_summary();
}
