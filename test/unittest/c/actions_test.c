/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The code of the aggregating functions (AGG-02..AGG-10), run: they are compiled here with
 * stand-ins for what lowering does around them (arguments are the function's parameters, the cell
 * is a third), and the IR they make is interpreted on values, before and after optimisation. With
 * the privilege to load programs the same code is also run by the kernel, which has to accept it
 * and do the same.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>
#include "bpf/load.h"
#include "bpf/sys.h"
#include "check.h"
#include "ir/lower.h"
#include "bpf/features.h"

static bool atomics;
static ir_reg param[3]; /* value, increment, cell */
static ir_reg fake_int(struct dt_lower *lw, const struct dt_expr *e)
{
	(void)lw;
	return param[e->ival];
}
static ir_reg fake_cell(struct dt_lower *lw, const struct dt_expr *assign)
{
	(void)lw, (void)assign;
	return param[2];
}
static bool fake_feature(const struct dt_features *f, enum dt_feature id)
{
	(void)f, (void)id;
	return atomics;
}
#define dt_lower_int      fake_int
#define dt_lower_agg_cell fake_cell
#define dt_feature        fake_feature
#define dt_fn_count       test_count
#define dt_fn_sum         test_sum
#define dt_fn_avg         test_avg
#define dt_fn_min         test_min
#define dt_fn_max         test_max
#define dt_fn_stddev      test_stddev
#define dt_fn_quantize    test_quantize
#define dt_fn_lquantize   test_lquantize
#define dt_fn_llquantize  test_llquantize
#define check_value       agg_check_value
#include "../../../libdtrace/actions/aggregate.c"
#undef check_value
#include "../../../libdtrace/actions/quantize.c"
#undef dt_feature

/* ------------------------------------------------------------------ running IR */

static uint64_t mem_read(uint64_t at, unsigned size)
{
	uint64_t v = 0;

	memcpy(&v, (void *)(uintptr_t)at, size);
	return v;
}

static void mem_write(uint64_t at, unsigned size, uint64_t v)
{
	memcpy((void *)(uintptr_t)at, &v, size);
}

/* Runs f(params) until it returns; false if it does something we don't know, or never ends. */
static bool run(const struct ir_func *f, const uint64_t *params)
{
	uint64_t *r = calloc(f->nregs + 1, sizeof(*r)), old;
	struct ir_block *b = f->first;
	bool ok = false;

	for (int steps = 0; steps < 10000; b = b->next) {
	again:
		IR_EACH_INST (b, i) {
			uint64_t y = i->has_imm ? (uint64_t)i->imm : r[i->b],
				 at = r[i->a] + (int64_t)i->off;

			steps++;
			switch (i->op) {
			case IR_PARAM: r[i->dst] = params[i->imm]; break;
			case IR_LDI: r[i->dst] = (uint64_t)i->imm; break;
			case IR_MOV: r[i->dst] = r[i->a]; break;
			case IR_NEG: r[i->dst] = 0 - r[i->a]; break;
			case IR_EXT: r[i->dst] = ir_eval_ext(r[i->a], i->size, i->is_signed); break;
			case IR_SETCC: r[i->dst] = ir_eval_cond(i->cond, r[i->a], y); break;
			case IR_LOAD: r[i->dst] = mem_read(at, i->size); break;
			case IR_STORE: mem_write(at, i->size, y); break;
			case IR_ATOMIC_ADD:
				mem_write(at, i->size, mem_read(at, i->size) + r[i->b]);
				break;
			case IR_CMPXCHG:
				old = mem_read(at, i->size);
				if (old == r[i->b])
					mem_write(at, i->size, r[i->c]);
				r[i->dst] = old;
				break;
			case IR_BR:
				b = ir_eval_cond(i->cond, r[i->a], y) ? i->then : i->otherwise;
				goto again;
			case IR_JMP: b = i->then; goto again;
			case IR_RET: ok = true; goto out;
			default:
				if (!ir_eval2(i->op, r[i->a], y, &r[i->dst]))
					goto out;
			}
		}
		if (!b->next)
			break;
	}
out:
	free(r);
	return ok;
}

static struct dt_arena *arena;

/* In the kernel the parameters come from a map, and the cell is another. */
static struct dt_diags diags;
static struct dt_mapdef *m_args, *m_cell;

static void take_params(struct ir_builder *b, bool kernel)
{
	for (unsigned i = 0; i < 3; i++)
		param[i] = !kernel ? ir_param(b, i)
			   : i < 2 ? ir_load(b, 8, false, ir_mapval(b, m_args, 8 * (int)i), 0)
				   : ir_mapval(b, m_cell, 0);
}

/* The code of one aggregating function, value and increment (if any, argument incr_arg) being
 * parameters. */
static struct ir_func *make_in(struct ir_module *m, const struct dt_func *fn, const int64_t *params,
			       uint32_t incr_arg, bool kernel)
{
	struct dt_lower_ctx *cx = DT_NEW(arena, struct dt_lower_ctx);
	struct dt_lower lw = {.cx = cx};
	struct dt_agg *agg = DT_NEW(arena, struct dt_agg);
	struct dt_expr *assign = DT_NEW(arena, struct dt_expr);
	const char *why = NULL;

	lw.b.fn = ir_func_new(m, fn->name, kernel, kernel ? 1 : 3);
	lw.b.fn->prog_type = BPF_PT_RAW_TRACEPOINT;
	ir_at(&lw.b, ir_block_new(&lw.b, "entry"));
	take_params(&lw.b, kernel);
	assign->a = DT_NEW(arena, struct dt_expr);
	assign->b = DT_NEW(arena, struct dt_expr);
	assign->a->agg = agg;
	if (params)
		memcpy(agg->params, params, sizeof(agg->params));
	for (uint32_t i = 0; i <= incr_arg; i++) {
		struct dt_expr *e = DT_NEW(arena, struct dt_expr);

		e->ival = i ? 1 : 0;
		dt_vec_push(arena, &assign->b->list, e);
	}
	fn->lower(&lw, assign, NULL);
	ir_reti(&lw.b, 0);
	CHECK(ir_verify(lw.b.fn, &why));
	if (why)
		printf("%s: %s\n", fn->name, why);
	return lw.b.fn;
}

static struct ir_func *make(const struct dt_func *fn, const int64_t *params, uint32_t incr_arg)
{
	return make_in(ir_module_new(arena, &diags), fn, params, incr_arg, false);
}

static uint64_t cell[70000];

/* Feeds one value to a cell of zeros; the index of the only word that became `incr`, or -1. */
static int64_t bucket_of(const struct ir_func *f, int64_t v, int64_t incr, uint32_t n)
{
	uint64_t params[3] = {(uint64_t)v, (uint64_t)incr, (uint64_t)(uintptr_t)cell};
	int64_t at = -1;

	memset(cell, 0, (n + 1) * sizeof(cell[0]));
	if (!run(f, params))
		return -2;
	for (uint32_t i = 0; i <= n; i++)
		if (cell[i])
			at = at < 0 && cell[i] == (uint64_t)incr ? (int64_t)i : -3;
	return at;
}

/* ------------------------------------------------------------------ quantizers */

static const int64_t samples[] = {
	0,
	1,
	-1,
	2,
	3,
	-2,
	-3,
	4,
	7,
	8,
	9,
	10,
	11,
	99,
	100,
	101,
	999,
	1000,
	9999,
	10000,
	10001,
	-10,
	-99,
	-100,
	-9999,
	-10000,
	65535,
	65536,
	1 << 20,
	INT32_MAX,
	INT32_MIN,
	4294967295,
	4294967296,
	INT64_MAX,
	INT64_MIN,
	INT64_MAX - 1,
	INT64_MIN + 1,
	-4294967297,
	50,
	63,
};
#define NSAMPLES (sizeof(samples) / sizeof(samples[0]))

static int64_t quant_ref(int64_t v)
{
	uint64_t m = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	int64_t bits = 0;

	for (; m; m >>= 1)
		bits++;
	if (v < 0)
		return bits > 63 ? 0 : 63 - bits;
	return 63 + bits;
}

static void check_sample(struct ir_func *f, int64_t v, int64_t want, uint32_t n)
{
	int64_t got = bucket_of(f, v, 3, n);

	if (got != want)
		printf("%s(%" PRId64 ") went to %" PRId64 ", not %" PRId64 "\n", f->name, v, got,
		       want);
	CHECK(got == want);
}

static void test_quant(void)
{
	struct ir_func *f = make(&test_quantize, NULL, 1);

	for (int opt = 0; opt < 2; opt++, ir_optimise(f)) {
		for (unsigned i = 0; i < NSAMPLES; i++)
			check_sample(f, samples[i], quant_ref(samples[i]), DT_QUANT_BUCKETS);
		for (int k = 0; k < 63; k++) {
			check_sample(f, 1ll << k, 64 + k, DT_QUANT_BUCKETS);
			check_sample(f, (1ll << k) - 1, quant_ref((1ll << k) - 1),
				     DT_QUANT_BUCKETS);
			check_sample(f, -(1ll << k), 62 - k, DT_QUANT_BUCKETS);
		}
	}
}

static void test_lquant(void)
{
	static const int64_t p[][4] = {
		{0, 10, 1}, {-5, 100, 7}, {0, 100, 10}, {INT32_MIN, INT32_MAX, 65535}};

	for (unsigned k = 0; k < sizeof(p) / sizeof(p[0]); k++) {
		struct ir_func *f = make(&test_lquantize, p[k], 4);
		int64_t levels = (p[k][1] - p[k][0]) / p[k][2];

		for (int opt = 0; opt < 2; opt++, ir_optimise(f))
			for (unsigned i = 0; i < NSAMPLES; i++) {
				int64_t v = samples[i], want;

				if (v < p[k][0])
					want = 0;
				else if (v >= p[k][0] + levels * p[k][2])
					want = levels + 1;
				else
					want = (v - p[k][0]) / p[k][2] + 1;
				check_sample(f, v, want, (uint32_t)levels + 2);
			}
	}
}

static void test_llquant(void)
{
	static const int64_t p[][4] = {{10, 0, 4, 10},  {2, 0, 62, 2},  {10, 0, 2, 20},
				       {10, 3, 6, 5},   {8, 1, 20, 64}, {2, 1, 62, 1},
				       {10, 18, 18, 10}};

	for (unsigned k = 0; k < sizeof(p) / sizeof(p[0]); k++) {
		struct ir_func *f = make(&test_llquantize, p[k], 5);
		uint32_t n = dt_llquant_nbuckets(p[k][0], p[k][1], p[k][2], p[k][3]);

		for (int opt = 0; opt < 2; opt++, ir_optimise(f))
			for (unsigned i = 0; i < NSAMPLES; i++)
				check_sample(f, samples[i],
					     dt_llquant_bucket(p[k][0], p[k][1], p[k][2], p[k][3],
							       samples[i]),
					     n);
	}
}

/* ------------------------------------------------------------------ numbers */

static void feed(const struct ir_func *f, int64_t v)
{
	uint64_t params[3] = {(uint64_t)v, 0, (uint64_t)(uintptr_t)cell};

	CHECK(run(f, params));
}

static void test_numbers(void)
{
	static const struct dt_func *const fns[] = {&test_count, &test_sum, &test_avg};
	struct ir_func *f;

	for (unsigned i = 0; i < 3; i++) {
		f = make(fns[i], NULL, 0);
		memset(cell, 0, 64);
		feed(f, 5);
		feed(f, -7);
		feed(f, 40);
		CHECK((int64_t)cell[0] == (i == 1 ? 38 : 3));
		CHECK((int64_t)cell[1] == (i == 2 ? 38 : 0));
	}
}

static void test_extremes(void)
{
	for (int a = 0; a < 4; a++) {
		bool is_max = a & 1;
		struct ir_func *f;
		uint64_t key = is_max ? DT_AGG_MAX_KEY : DT_AGG_MIN_KEY;
		int64_t best = 0;

		atomics = a & 2;
		f = make(is_max ? &test_max : &test_min, NULL, 0);
		ir_optimise(f);
		for (unsigned from = 0; from < NSAMPLES; from++) {
			memset(cell, 0, 64);
			for (unsigned i = from; i < NSAMPLES; i++) {
				int64_t v = samples[i];

				feed(f, v);
				if (i == from || (is_max ? v > best : v < best))
					best = v;
				CHECK((int64_t)(cell[0] ^ key) == best && cell[1] == 1);
			}
		}
	}
}

static void test_squares(void)
{
	for (int a = 0; a < 2; a++) {
		unsigned __int128 want = 0;
		struct ir_func *f;
		uint64_t n = 0, sum = 0;

		atomics = a;
		f = make(&test_stddev, NULL, 0);
		if (a)
			ir_optimise(f);
		memset(cell, 0, 64);
		for (unsigned i = 0; i < NSAMPLES; i++) {
			__int128 v = samples[i];

			want += (unsigned __int128)(v * v);
			n++;
			sum += (uint64_t)samples[i];
			feed(f, samples[i]);
			CHECK(cell[0] == n && cell[1] == sum);
			CHECK(cell[2] == (uint64_t)want && cell[3] == (uint64_t)(want >> 64));
		}
	}
}

/* ------------------------------------------------------------------ in the kernel */

static void run_in_kernel(struct dt_kernel *k, struct dt_features *feat, const struct dt_func *fn,
			  const int64_t *params, uint32_t incr_arg)
{
	struct ir_func *f = make_in(k->mod, fn, params, incr_arg, true), *ref;
	uint64_t *args = m_args->mem, *got = m_cell->mem;
	uint64_t v[3] = {0, 3, (uint64_t)(uintptr_t)cell};

	ref = make(fn, params, incr_arg);
	ir_optimise(f);
	f->image = dt_link(f, feat);
	CHECK(f->image && !dt_load(k, f));
	if (f->fd < 0)
		return;
	memset(cell, 0, m_cell->value_size);
	memset(got, 0, m_cell->value_size);
	for (unsigned i = 0; i < NSAMPLES; i++) {
		args[0] = v[0] = (uint64_t)samples[i];
		args[1] = v[1];
		CHECK(run(ref, v) && !dt_testrun(k, f, 0));
	}
	CHECK(!memcmp(cell, got, m_cell->value_size));
}

static void test_kernel(void)
{
	static const int64_t lq[4] = {-5, 100, 7}, llq[4] = {10, 0, 6, 20};
	struct dt_features feat = {0};
	struct dt_kernel k = {0};
	struct ir_module *m = ir_module_new(arena, &diags);

	m_args = ir_map_new(m, "args", BPF_MT_ARRAY, 4, 16, 1, BPF_MF_MMAPABLE);
	m_cell = ir_map_new(m, "cell", BPF_MT_ARRAY, 4,
			    8 * dt_llquant_nbuckets(llq[0], llq[1], llq[2], llq[3]), 1,
			    BPF_MF_MMAPABLE);
	m_args->mmapped = m_cell->mmapped = true;
	if (geteuid() || dt_kernel_open(&k, m, &feat)) {
		SKIP("may not load programs");
		return;
	}
	for (int a = 0; a < 2; a++) {
		atomics = a;
		if (a && !dt_feature(&feat, FEAT_ATOMICS))
			break;
		run_in_kernel(&k, &feat, &test_min, NULL, 0);
		run_in_kernel(&k, &feat, &test_max, NULL, 0);
		run_in_kernel(&k, &feat, &test_stddev, NULL, 0);
	}
	run_in_kernel(&k, &feat, &test_avg, NULL, 0);
	run_in_kernel(&k, &feat, &test_quantize, NULL, 1);
	run_in_kernel(&k, &feat, &test_lquantize, lq, 4);
	run_in_kernel(&k, &feat, &test_llquantize, llq, 5);
	if (check_failed)
		dt_diags_render(&diags, stdout);
	dt_kernel_close(&k);
}

int main(void)
{
	arena = dt_arena_new();
	dt_diags_init(&diags, arena);
	test_quant();
	test_lquant();
	test_llquant();
	test_numbers();
	test_extremes();
	test_squares();
	test_kernel();
	dt_arena_free(arena);
	return check_summary();
}
