/* SPDX-License-Identifier: BSD-2-Clause */
/* types/: C's integer rules, layout, spelling, and the import of BTF (test/unittest/btf/mini.btf).
 */
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "types/types.h"

#ifndef BTF_BLOB
#define BTF_BLOB "test/unittest/btf/mini.btf"
#endif

static struct dt_arena *a;
static struct dt_types ts;

static const struct dt_type *td(const char *n)
{
	return dt_types_lookup(&ts, NULL, TY_TYPEDEF, n);
}

static const char *str(const struct dt_type *t)
{
	return t ? dt_type_str(a, t) : "(null)";
}

static void test_base(void)
{
	CHECK(ts.btf == NULL && ts.btf_err == 0);
	CHECK(td("uint64_t") && td("cpuinfo_t") && td("processorid_t") &&
	      td("string") == ts.t_string);
	CHECK(ts.btf == NULL); /* nothing was opened for D's own names */
	CHECK(dt_type_base(td("int64_t")) == ts.t_long);
	CHECK(dt_type_ptr(&ts, ts.t_int) == dt_type_ptr(&ts, ts.t_int));
	CHECK(dt_type_ptr(&ts, ts.t_int) != dt_type_uptr(&ts, ts.t_int));
	CHECK(dt_type_same(dt_type_ptr(&ts, ts.t_int), dt_type_uptr(&ts, ts.t_int)));
	CHECK(dt_type_array(&ts, ts.t_int, 3)->size == 12);
	CHECK(dt_type_qual(&ts, ts.t_int, DT_Q_CONST) == dt_type_qual(&ts, ts.t_int, DT_Q_CONST));
	CHECK(dt_type_qual(&ts, ts.t_int, 0) == ts.t_int);
	CHECK(dt_type_base(dt_type_qual(&ts, ts.t_int, DT_Q_CONST)) == ts.t_int);
	CHECK(dt_type_is_char_ptr(ts.t_char_ptr) && !dt_type_is_char_ptr(ts.t_void_ptr));
	CHECK(dt_type_string_n(&ts, 16)->size == 16 &&
	      dt_type_same(dt_type_string_n(&ts, 16), ts.t_string));
	CHECK(dt_type_stack_n(&ts, 5, true)->size == 48 && !dt_type_same(ts.t_stack, ts.t_ustack));
}

static void test_conv(void)
{
	CHECK(dt_conv_arith(&ts, ts.t_char, ts.t_short) == ts.t_int);
	CHECK(dt_conv_arith(&ts, ts.t_int, ts.t_uint) == ts.t_uint);
	CHECK(dt_conv_arith(&ts, ts.t_long, ts.t_uint) == ts.t_long);
	CHECK(dt_conv_arith(&ts, ts.t_long, ts.t_ulong) == ts.t_ulong);
	CHECK(dt_conv_arith(&ts, ts.t_llong, ts.t_ulong) == ts.t_ullong);
	CHECK(dt_conv_arith(&ts, ts.t_bool, ts.t_bool) == ts.t_int);
	CHECK(dt_conv_arith(&ts, ts.t_string, ts.t_int)->kind == TY_ERROR);
	CHECK(dt_conv_value(ts.t_char, 0x1ff) == -1);
	CHECK(dt_conv_value(ts.t_uchar, 0x1ff) == 255);
	CHECK(dt_conv_value(ts.t_int, 0x80000000) == INT32_MIN);
	CHECK(dt_conv_value(ts.t_uint, -1) == UINT32_MAX);
	CHECK(dt_conv_value(ts.t_bool, 256) == 1);
	CHECK(dt_conv_value(ts.t_ulong, -1) == -1);
}

static void test_spelling(void)
{
	struct dt_member p[2] = {{.type = ts.t_int}, {.type = ts.t_char_ptr}};
	const struct dt_type *f = dt_type_func(&ts, ts.t_int, p, 2, true), *ip;

	CHECK_STR(str(dt_type_ptr(&ts, f)), "int (*)(int, char *, ...)");
	CHECK(f == dt_type_func(&ts, ts.t_int, p, 2, true));
	ip = dt_type_ptr(&ts, ts.t_int);
	CHECK_STR(str(ip), "int *");
	CHECK_STR(str(dt_type_qual(&ts, ip, DT_Q_CONST)), "int *const");
	CHECK_STR(str(dt_type_ptr(&ts, dt_type_qual(&ts, ts.t_int, DT_Q_CONST))), "const int *");
	CHECK_STR(str(dt_type_array(&ts, dt_type_array(&ts, ts.t_int, 3), 2)), "int [2][3]");
	CHECK_STR(str(dt_type_ptr(&ts, dt_type_array(&ts, ip, 3))), "int *(*)[3]");
	CHECK_STR(str(ts.t_string), "string");
	CHECK_STR(str(td("uint64_t")), "uint64_t");
}

static void push(struct dt_type *t, const char *name, const struct dt_type *mt, int bits)
{
	struct dt_member m = {.name = name, .type = mt, .bit_width = (uint16_t)bits};

	dt_vec_push(a, &t->members, m);
}

static void test_layout(void)
{
	struct dt_type *t = dt_type_new_tagged(&ts, TY_STRUCT, "lay"), *u;
	struct dt_member m;

	CHECK(!t->complete);
	push(t, "c", ts.t_char, 0);
	push(t, "i", ts.t_int, 0);
	push(t, "b1", ts.t_uint, 3);
	push(t, "b2", ts.t_uint, 30);
	push(t, "s", ts.t_short, 0);
	push(t, "l", ts.t_long, 0);
	dt_type_complete(&ts, t);
	CHECK(t->complete && t->size == 32 && t->align == 8);
	CHECK(t->members.v[1].bit_off == 32 && t->members.v[2].bit_off == 64);
	CHECK(t->members.v[3].bit_off == 96 && t->members.v[4].bit_off == 128);
	CHECK(t->members.v[5].bit_off == 192);
	CHECK(dt_types_declare(&ts, TY_STRUCT, "lay", t));
	CHECK(!dt_types_declare(&ts, TY_STRUCT, "lay", dt_type_new_tagged(&ts, TY_STRUCT, "lay")));
	CHECK(dt_types_lookup(&ts, NULL, TY_STRUCT, "lay") == t);
	u = dt_type_new_tagged(&ts, TY_UNION, NULL);
	push(u, "x", ts.t_int, 0);
	push(u, NULL, t, 0);
	dt_type_complete(&ts, u);
	CHECK(u->size == 32 && dt_type_member(&ts, u, "l", &m) && m.bit_off == 192);
	CHECK(!dt_type_member(&ts, u, "nope", &m));
	CHECK(ts.btf == NULL);
}

static void test_btf(void)
{
	const struct dt_type *t = dt_types_lookup(&ts, NULL, TY_STRUCT, "task_struct"), *e;
	struct dt_member m;
	int64_t v;

	CHECK(t && t->kind == TY_STRUCT && t->fill);
	if (!t)
		return;
	CHECK(t == dt_types_lookup(&ts, "vmlinux", TY_STRUCT, "task_struct"));
	CHECK(dt_type_member(&ts, t, "pid", &m) && m.bit_off % 8 == 0 && m.type == ts.t_int);
	CHECK(!t->fill && t->members.n > 10);
	CHECK(dt_type_member(&ts, t, "comm", &m));
	CHECK_STR(str(m.type), "char [16]");
	CHECK(dt_type_member(&ts, t, "level", &m) && m.bit_width == 5);
	CHECK(dt_type_member(&ts, t, "wide_bits", &m) && m.bit_width == 40);
	CHECK(dt_type_member(&ts, t, "start_time", &m));
	CHECK_STR(str(m.type), "u64");
	v = m.bit_off;
	CHECK(dt_type_member(&ts, t, "high", &m) && m.bit_off == v + 32);
	CHECK(dt_type_member(&ts, t, "real_parent", &m) && dt_type_base(m.type)->to == t);
	CHECK(dt_type_member(&ts, t, "cred", &m));
	CHECK_STR(str(m.type), "const struct cred *");
	CHECK(dt_type_member(&ts, t, "ustack", &m) && m.type->userland);
	CHECK(dt_type_member(&ts, t, "uname", &m) && m.type->userland &&
	      dt_type_is_char_ptr(m.type));
	CHECK(dt_type_member(&ts, t, "handler", &m));
	CHECK_STR(str(m.type), "int (*)(struct task_struct *, const char *, ...)");
	CHECK(dt_type_member(&ts, t, "matrix", &m));
	CHECK_STR(str(m.type), "int [2][3]");
	CHECK(dt_type_member(&ts, t, "load", &m) && m.type == ts.t_double);
	CHECK(dt_type_member(&ts, t, "flag", &m) && dt_type_base(m.type) == ts.t_bool);
	CHECK(dt_type_member(&ts, t, "__state", &m) && dt_type_base(m.type) == ts.t_uint);
	CHECK(dt_type_member(&ts, t, "fwd", &m) && !dt_type_base(m.type)->to->complete);
	CHECK(!dt_type_fill(&ts, dt_type_base(m.type)->to)->complete);
	CHECK(dt_type_member(&ts, dt_types_lookup(&ts, NULL, TY_STRUCT, "cred"), "gid", &m));
	CHECK(dt_types_enumerator(&ts, "STATE_DEAD", &v, &e) && v == -3 && e->kind == TY_ENUM);
	CHECK(!dt_types_enumerator(&ts, "NO_SUCH", &v, &e));
	CHECK_STR(str(dt_types_symbol(&ts, NULL, "init_task")), "struct task_struct");
	CHECK_STR(str(dt_types_symbol(&ts, "vmlinux", "do_thing")),
		  "int (struct task_struct *, const char *, u64)");
	CHECK(dt_types_symbol(&ts, NULL, "no_such") == NULL);
	CHECK(td("u32") && dt_type_base(td("u32")) == ts.t_uint);
	CHECK(td("no_such_t") == NULL && dt_types_lookup(&ts, "nomod", TY_TYPEDEF, "u32") == NULL);
}

/* Truncated and damaged BTF: an error or odd types, never a crash. */
static void test_hostile(void)
{
	static const char path[] = "/tmp/dt_types_test.btf";
	FILE *f = fopen(BTF_BLOB, "rb");
	unsigned char blob[65536];
	size_t n = f ? fread(blob, 1, sizeof(blob), f) : 0;
	unsigned seed = 1, opened = 0;

	if (f)
		fclose(f);
	CHECK(n > 100);
	for (int round = 0; round < 400 && n > 100; round++) {
		unsigned char bad[65536];
		struct dt_btf_opts o = {.vmlinux = path};
		struct dt_arena *ba = dt_arena_new();
		const struct dt_type *t;
		struct dt_types bt;
		size_t len = n;
		struct dt_member m;
		int64_t v;

		memcpy(bad, blob, n);
		if (round < 100)
			len = n * (size_t)round / 100;
		else
			for (int k = 0; k < 1 + round % 7; k++) {
				seed = seed * 1103515245 + 12345;
				bad[24 + (seed >> 8) % (n - 24)] ^=
					(unsigned char)(1 << (seed >> 4) % 8);
			}
		f = fopen(path, "wb");
		if (!f)
			break;
		fwrite(bad, 1, len, f);
		fclose(f);
		dt_types_init(&bt, ba, 256, &o);
		t = dt_types_lookup(&bt, NULL, TY_STRUCT, "task_struct");
		if (bt.btf)
			opened++;
		else
			CHECK(bt.btf_err < 0 && !t);
		if (t) {
			dt_type_member(&bt, t, "no_such_member", &m);
			for (uint32_t i = 0; i < t->members.n; i++) {
				dt_type_str(ba, t->members.v[i].type);
				dt_type_fill(&bt, t->members.v[i].type);
			}
		}
		dt_types_enumerator(&bt, "STATE_DEAD", &v, &t);
		dt_types_symbol(&bt, NULL, "do_thing");
		dt_types_fini(&bt);
		dt_arena_free(ba);
	}
	unlink(path);
	CHECK(opened > 50);
}

/* Types from BTF that is made here; frees it. */
static void open_made(struct dt_types *mt, struct btf *b)
{
	static const char path[] = "/tmp/dt_types_test.btf";
	struct dt_btf_opts o = {.vmlinux = path};
	uint32_t len;
	const void *raw = btf__raw_data(b, &len);
	FILE *f = fopen(path, "wb");

	CHECK(f && raw && fwrite(raw, 1, len, f) == len);
	if (f)
		fclose(f);
	btf__free(b);
	dt_types_init(mt, a, 256, &o);
	dt_types_lookup(mt, NULL, TY_STRUCT, "opened");
	unlink(path);
}

/* What clang's blob lacks: 64-bit enums, a chain of pointers longer than any program's. */
static void test_made(void)
{
	struct btf *b = btf__new_empty();
	const struct dt_type *e;
	struct dt_types mt;
	int64_t v;
	int id;

	btf__add_enum64(b, "big", 8, false);
	btf__add_enum64_value(b, "BIG_ONE", 0x100000000);
	id = btf__add_int(b, "long long unsigned int", 8, 0);
	for (int i = 0; i < 5000; i++)
		id = btf__add_ptr(b, id);
	btf__add_typedef(b, "deep_t", id);
	btf__add_fwd(b, "later", BTF_FWD_STRUCT);
	open_made(&mt, b);
	CHECK(dt_types_enumerator(&mt, "BIG_ONE", &v, &e) && v == 0x100000000 && e->size == 8);
	e = dt_types_lookup(&mt, NULL, TY_TYPEDEF, "deep_t");
	CHECK(e && dt_type_str(a, e));
	CHECK(dt_types_lookup(&mt, NULL, TY_STRUCT, "later") == NULL);
	dt_types_fini(&mt);
}

/* What may be loaded through a known pointer to
 *
 *	struct s {
 *		int i; unsigned b1 : 3, b2 : 20; struct s *next; struct s __user *theirs; void *p;
 *		union { int u; }; struct { char c[4]; int j; } in; struct in ins[2]; struct s *all[2];
 *	} f(struct s *, int)
 */
static void test_walk(void)
{
	static const struct {
		int64_t off;
		unsigned size;
		enum dt_walk want;
	} cases[] = {
		{0, 4, DT_WALK_NUMBER},  {0, 2, DT_WALK_NUMBER},   {0, 8, DT_WALK_NO},
		{2, 4, DT_WALK_NO},      {4, 4, DT_WALK_NUMBER},   {4, 1, DT_WALK_NUMBER},
		{5, 1, DT_WALK_NO},      {8, 8, DT_WALK_OBJECT},   {8, 4, DT_WALK_NO},
		{12, 8, DT_WALK_NO},     {16, 8, DT_WALK_ADDRESS}, {24, 8, DT_WALK_ADDRESS},
		{32, 4, DT_WALK_NO},     {36, 1, DT_WALK_NUMBER},  {39, 1, DT_WALK_NUMBER},
		{39, 2, DT_WALK_NO},     {40, 4, DT_WALK_NUMBER},  {44, 1, DT_WALK_NO},
		{64, 8, DT_WALK_OBJECT}, {72, 8, DT_WALK_OBJECT},  {76, 8, DT_WALK_NO},
		{80, 8, DT_WALK_NO},     {-8, 8, DT_WALK_NO},      {1ll << 40, 8, DT_WALK_NO},
	};
	struct btf *b = btf__new_empty();
	int i32 = btf__add_int(b, "int", 4, BTF_INT_SIGNED), ch = btf__add_int(b, "char", 1, 0);
	int ptr = btf__add_ptr(b, 6), tag = btf__add_type_tag(b, "user", 6),
	    uptr = btf__add_ptr(b, tag);
	int s = btf__add_struct(b, "s", 80), vp, u, in, c4, ins, all, fn;
	const struct dt_type *t, *to;
	struct dt_types mt;

	CHECK(s == 6);
	btf__add_field(b, "i", i32, 0, 0);
	btf__add_field(b, "b1", i32, 32, 3);
	btf__add_field(b, "b2", i32, 35, 20);
	btf__add_field(b, "next", ptr, 64, 0);
	btf__add_field(b, "theirs", uptr, 128, 0);
	btf__add_field(b, "p", 7, 192, 0);
	btf__add_field(b, NULL, 8, 256, 0);
	btf__add_field(b, "in", 9, 288, 0);
	btf__add_field(b, "ins", 11, 352, 0);
	btf__add_field(b, "all", 12, 512, 0);
	vp = btf__add_ptr(b, 0);
	u = btf__add_union(b, NULL, 4);
	btf__add_field(b, "u", i32, 0, 0);
	in = btf__add_struct(b, "in", 8);
	btf__add_field(b, "c", 10, 0, 0);
	btf__add_field(b, "j", i32, 32, 0);
	c4 = btf__add_array(b, i32, ch, 4);
	ins = btf__add_array(b, i32, in, 2);
	all = btf__add_array(b, i32, ptr, 2);
	CHECK(vp == 7 && u == 8 && in == 9 && c4 == 10 && ins == 11 && all == 12);
	btf__add_func_proto(b, ptr);
	btf__add_func_param(b, "p", ptr);
	btf__add_func_param(b, "n", i32);
	fn = btf__add_func(b, "f", BTF_FUNC_STATIC, 13);
	open_made(&mt, b);
	t = dt_types_lookup(&mt, NULL, TY_STRUCT, "s");
	CHECK(t != NULL);
	for (size_t i = 0; t && i < sizeof(cases) / sizeof(*cases); i++) {
		to = NULL;
		CHECK(dt_types_walk(&mt, t, cases[i].off, cases[i].size, &to) == cases[i].want);
		CHECK(!to == (cases[i].want != DT_WALK_OBJECT) && (!to || to == t));
	}
	CHECK(dt_types_walk(&mt, mt.t_int, 0, 4, &to) == DT_WALK_NO);
	CHECK(dt_types_passed(&mt, (uint32_t)fn, 0) == t && !dt_types_passed(&mt, (uint32_t)fn, 1));
	CHECK(dt_types_passed(&mt, (uint32_t)fn, 2) == t && !dt_types_passed(&mt, (uint32_t)fn, 3));
	CHECK(!dt_types_passed(&mt, 6, 0) && !dt_types_passed(&mt, 99, 0));
	dt_types_fini(&mt);
}

static void test_no_btf(void)
{
	struct dt_btf_opts o = {.vmlinux = "/no/such/file"};
	struct dt_types none;

	dt_types_init(&none, a, 256, &o);
	CHECK(dt_types_lookup(&none, NULL, TY_STRUCT, "task_struct") == NULL);
	CHECK(none.btf_err == -ENOENT);
	dt_types_fini(&none);
}

int main(void)
{
	struct dt_btf_opts o = {.vmlinux = BTF_BLOB};

	a = dt_arena_new();
	if (!a)
		return 1;
	dt_types_init(&ts, a, 256, &o);
	test_base();
	test_conv();
	test_spelling();
	test_layout();
	test_btf();
	test_no_btf();
	test_made();
	test_walk();
	dt_types_fini(&ts);
	test_hostile();
	dt_arena_free(a);
	return check_summary();
}
