/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bpf-runtime, in the kernel: one program for each function, that takes its arguments from a map
 * and leaves the result there; linked, loaded (so verified) and run by the same code as D's
 * programs. Needs the privilege to load programs; skips without.
 */
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>
#include "abi.h"
#include "bpf/kernel.h"
#include "bpf/load.h"
#include "check.h"
#include "ir/build.h"

enum {
	SLOT_SIZE = 8192,
	SLOT_SPACE = SLOT_SIZE + 4 * 256 + 128,
	STRSIZE = 256,
	SLOT = 3,
	NARGS = 5,
	A = 100,
	B = 1000,
	TMP = 4000,
	SCRATCH = 7000
};

static struct dt_features features;
static struct dt_kernel kernel;
static struct ir_module *mod;
static struct dt_mapdef *slots, *args;
static char *slot; /* the memory of slot SLOT */

static const char *const names[] = {
	"dt_rt_strlen",   "dt_rt_strcut",  "dt_rt_strjoin",   "dt_rt_substr",  "dt_rt_strchr",
	"dt_rt_strrchr",  "dt_rt_index",   "dt_rt_basename",  "dt_rt_dirname", "dt_rt_strcase",
	"dt_rt_lltostr",  "dt_rt_strtoll", "dt_rt_inet_ntoa", "dt_rt_alloca",  "dt_rt_copyin",
	"dt_rt_copyinto", "dt_rt_bcopy",   "dt_rt_scopy",
};
static const unsigned nargs[] = {3, 4, 4, 5, 4, 4, 5, 3, 3, 4, 4, 4, 3, 2, 3, 4, 4, 4};
#define NFUNCS (sizeof(names) / sizeof(names[0]))
static struct ir_func *funcs[NFUNCS];

static struct ir_func *make(unsigned n)
{
	struct ir_builder b = {.fn = ir_func_new(mod, names[n], true, 1)};
	ir_reg v[NARGS], r;

	b.fn->prog_type = BPF_PT_RAW_TRACEPOINT;
	ir_at(&b, ir_block_new(&b, "entry"));
	for (unsigned i = 0; i < nargs[n]; i++)
		v[i] = ir_load(&b, 8, false, ir_mapval(&b, args, 8 * (int)i), 0);
	r = ir_call_rt(&b, names[n], nargs[n], v);
	ir_store(&b, 8, ir_mapval(&b, args, 8 * NARGS), 0, r);
	ir_reti(&b, 0);
	return b.fn;
}

static uint64_t call(const char *name, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	uint64_t *v = args->mem;

	for (unsigned i = 0; i < NFUNCS; i++)
		if (!strcmp(names[i] + 6, name)) {
			v[0] = SLOT, v[1] = a, v[2] = b, v[3] = c, v[4] = d;
			v[NARGS] = 0xdead;
			CHECK(!dt_testrun(&kernel, funcs[i], 0));
			return v[NARGS];
		}
	CHECK(!"known function");
	return 0;
}

static void put(const char *a, const char *b)
{
	uint64_t top = SCRATCH;

	memset(slot, 0x55, SLOT_SIZE);
	strcpy(slot + A, a);
	strcpy(slot + B, b);
	memcpy(slot + offsetof(struct dt_slot, alloca_top), &top, 8);
}

static void test_join(void)
{
	char x[STRSIZE], y[2 * STRSIZE];

	put("hello", " world");
	CHECK(call("strlen", TMP, A, 0, 0) == 5);
	CHECK(call("strlen", TMP, A + 5, 0, 0) == 0);
	CHECK_STR(slot + call("strjoin", TMP, A, B, 0), "hello world");
	CHECK_STR(slot + call("strcut", TMP, A, 2, 0), "he");
	CHECK_STR(slot + call("strcut", TMP, A, (uint64_t)-1, 0), "");
	CHECK_STR(slot + call("strcut", TMP, A, 999, 0), "hello");
	memset(x, 'a', sizeof(x));
	x[STRSIZE - 1] = 0;
	put(x, x);
	CHECK(call("strlen", TMP, A, 0, 0) == STRSIZE - 1);
	CHECK_STR(slot + call("strjoin", TMP, A, B, 0), x);
	x[250] = 0;
	put(x, "bbbbbbbbbbb");
	snprintf(y, sizeof(y), "%sbbbbb", x);
	CHECK_STR(slot + call("strjoin", TMP, A, B, 0), y);
}

static void test_substr(void)
{
	static const struct {
		int64_t start, len;
		const char *want;
	} t[] = {{2, INT64_MAX, "obar"},
		 {2, 2, "ob"},
		 {-2, INT64_MAX, "ar"},
		 {1, -2, "oob"},
		 {0, 0, ""},
		 {-20, 16, "fo"},
		 {10, 2, ""},
		 {-7, 2, "f"},
		 {6, 1, ""},
		 {0, 300, "foobar"},
		 {-9, -1, ""}};

	for (unsigned i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		put("foobar", "");
		CHECK_STR(slot + call("substr", TMP, A, (uint64_t)t[i].start, (uint64_t)t[i].len),
			  t[i].want);
	}
	put("foobar", "");
	CHECK_STR(slot + call("strchr", TMP, A, 'o', 0), "oobar");
	CHECK_STR(slot + call("strrchr", TMP, A, 'o', 0), "obar");
	CHECK_STR(slot + call("strchr", TMP, A, 0, 0), "");
	CHECK_STR(slot + call("strchr", TMP, A, 'z', 0), "");
	CHECK_STR(slot + call("strrchr", TMP, A, 'z', 0), "");
	put("FooBar9", "");
	CHECK_STR(slot + call("strcase", TMP, A, 'a', 0), "FOOBAR9");
	CHECK_STR(slot + call("strcase", TMP, A, 'A', 0), "foobar9");
}

/* Position of b in a at or after (right: at or before) `start`. */
static int64_t find_ref(const char *a, const char *b, int64_t start, bool right)
{
	int64_t n = (int64_t)strlen(a), m = (int64_t)strlen(b), last = -1;

	for (int64_t i = 0; i + m <= n; i++) {
		if (strncmp(a + i, b, (size_t)m))
			continue;
		if (!right && i >= start)
			return i;
		if (right && i <= start)
			last = i;
	}
	return last;
}

static void test_index(void)
{
	char a[40], b[8];

	srand(1);
	for (int k = 0; k < 300; k++) {
		int n = rand() % 30, m = 1 + rand() % 4, start = rand() % 10;

		for (int i = 0; i < n; i++)
			a[i] = (char)('a' + rand() % 2);
		for (int i = 0; i < m; i++)
			b[i] = (char)('a' + rand() % 2);
		a[n] = b[m] = 0;
		put(a, b);
		CHECK((int64_t)call("index", TMP, A, B, 0) == find_ref(a, b, 0, false));
		CHECK((int64_t)call("index", TMP, A, B, 1ull << 32) == find_ref(a, b, n, true));
		CHECK((int64_t)call("index", TMP, A, B, 2ull << 32 | (uint64_t)start) ==
		      find_ref(a, b, start, false));
		CHECK((int64_t)call("index", TMP, A, B, 3ull << 32 | (uint64_t)start) ==
		      find_ref(a, b, start, true));
	}
	put("abc", "");
	CHECK(call("index", TMP, A, B, 0) == 0);
	CHECK(call("index", TMP, A, B, 1ull << 32) == 3);
	CHECK(call("index", TMP, A, B, 2ull << 32 | 9) == 3);
	CHECK(call("index", TMP, A, B, 3ull << 32 | 0xffffffff) == 0);
}

static void test_paths(void)
{
	static const char *const t[][3] = {{"/usr/lib", "lib", "/usr"},
					   {"/usr/", "usr", "/"},
					   {"usr", "usr", "."},
					   {"/", "/", "/"},
					   {".", ".", "."},
					   {"..", "..", "."},
					   {"", ".", "."},
					   {"//", "/", "/"},
					   {"a/b//", "b", "a"},
					   {"a//b/c", "c", "a//b"},
					   {"/a", "a", "/"},
					   {"a/", "a", "."}};

	for (unsigned i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		put(t[i][0], "");
		CHECK_STR(slot + call("basename", TMP, A, 0, 0), t[i][1]);
		CHECK_STR(slot + call("dirname", TMP, A, 0, 0), t[i][2]);
	}
}

static void test_numbers(void)
{
	static const struct {
		const char *s;
		uint64_t base;
		int64_t want;
	} t[] = {{"  -42x", 10, -42}, {"0x1F", 16, 31}, {"", 10, 0},
		 {"z", 36, 35},       {"+7", 10, 7},    {"9223372036854775807", 10, INT64_MAX},
		 {"12", 2, 1},        {"x", 10, 0},     {":", 16, 0}};

	put("", "");
	CHECK_STR(slot + call("lltostr", TMP, (uint64_t)-123, 10, 0), "-123");
	CHECK_STR(slot + call("lltostr", TMP, (uint64_t)INT64_MIN, 10, 0), "-9223372036854775808");
	CHECK_STR(slot + call("lltostr", TMP, 0, 10, 0), "0");
	CHECK_STR(slot + call("lltostr", TMP, 255, 16, 0), "ff");
	CHECK(strlen(slot + call("lltostr", TMP, UINT64_MAX, 2, 0)) == 64);
	for (unsigned i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		put(t[i].s, "");
		CHECK((int64_t)call("strtoll", TMP, A, t[i].base, 0) == t[i].want);
	}
	CHECK_STR(slot + call("inet_ntoa", TMP, 0x0100007f, 0, 0), "127.0.0.1");
	CHECK_STR(slot + call("inet_ntoa", TMP, 0xffffffff, 0, 0), "255.255.255.255");
	CHECK_STR(slot + call("inet_ntoa", TMP, 0x0a630a00, 0, 0), "0.10.99.10");
}

static void test_memory(void)
{
	char src[1000];
	uint64_t at = (uint64_t)(uintptr_t)src;

	for (unsigned i = 0; i < sizeof(src); i++)
		src[i] = (char)(i * 7);
	put("", "");
	CHECK(call("alloca", 100, 0, 0, 0) == SCRATCH);
	CHECK(call("alloca", 8, 0, 0, 0) == SCRATCH + 104);
	CHECK(call("alloca", SLOT_SIZE, 0, 0, 0) == 0);
	CHECK(call("alloca", (uint64_t)-1, 0, 0, 0) == 0);
	CHECK(call("alloca", SLOT_SIZE - SCRATCH - 112, 0, 0, 0) == SCRATCH + 112);
	put("", "");
	CHECK(call("copyin", at, 777, 0, 0) == SCRATCH);
	CHECK(!memcmp(slot + SCRATCH, src, 777) && slot[SCRATCH + 777] == 0x55);
	CHECK(call("copyin", 3, 10, 0, 0) == UINT64_MAX);
	CHECK(call("copyin", at, 1000, 0, 0) == 0);
	put("", "");
	CHECK(call("copyinto", SCRATCH + 1, at, 333, 0) == 0);
	CHECK(!memcmp(slot + SCRATCH + 1, src, 333) && slot[SCRATCH + 334] == 0x55);
	CHECK(call("copyinto", SLOT_SIZE - 92, at, 92, 0) == 0);
	CHECK(call("copyinto", SLOT_SIZE - 92, at, 93, 0) == UINT64_MAX);
	CHECK(call("copyinto", 0, at, 1, 0) == UINT64_MAX);
	CHECK(call("copyinto", (uint64_t)-8, at, 16, 0) == UINT64_MAX);
	put("hello there", "");
	CHECK(call("scopy", B, A, 12, 0) == 0);
	CHECK_STR(slot + B, "hello there");
	CHECK(call("scopy", B, SLOT_SIZE - 2, 12, 0) == UINT64_MAX);
	CHECK(call("bcopy", B, 0, 12, 0) == UINT64_MAX);
}

/* True when everything is loaded. */
static bool load(struct dt_arena *arena, struct dt_diags *diags)
{
	dt_diags_init(diags, arena);
	mod = ir_module_new(arena, diags);
	slots = ir_map_new(mod, "slots", BPF_MT_ARRAY, 4, SLOT_SPACE, DT_NSLOTS, BPF_MF_MMAPABLE);
	args = ir_map_new(mod, "args", BPF_MT_ARRAY, 4, 8 * (NARGS + 1), 1, BPF_MF_MMAPABLE);
	slots->mmapped = args->mmapped = true;
	ir_const_set(mod, "slot_size", SLOT_SIZE);
	ir_const_set(mod, "slot_mask", SLOT_SIZE - 1);
	ir_const_set(mod, "strsize", STRSIZE);
	ir_const_set(mod, "ncpu", 1);
	for (unsigned i = 0; i < NFUNCS; i++)
		funcs[i] = make(i);
	if (dt_kernel_open(&kernel, mod, &features)) {
		SKIP(kernel.error);
		return false;
	}
	for (unsigned i = 0; i < NFUNCS; i++) {
		funcs[i]->image = dt_link(funcs[i], &features);
		CHECK(funcs[i]->image && !dt_load(&kernel, funcs[i]));
	}
	if (check_failed)
		dt_diags_render(diags, stdout);
	slot = (char *)slots->mem + SLOT * SLOT_SPACE;
	return !check_failed;
}

int main(void)
{
	struct dt_arena *arena = dt_arena_new();
	struct dt_diags diags = {0};
	cpu_set_t cpu0;

	if (geteuid()) {
		SKIP("needs root");
		return check_summary();
	}
	/* A program run on another CPU would see the user memory of whoever runs there. */
	CPU_ZERO(&cpu0);
	CPU_SET(0, &cpu0);
	CHECK(!sched_setaffinity(0, sizeof(cpu0), &cpu0));
	if (load(arena, &diags)) {
		test_join();
		test_substr();
		test_index();
		test_paths();
		test_numbers();
		test_memory();
		dt_kernel_close(&kernel);
	}
	dt_arena_free(arena);
	return check_summary();
}
