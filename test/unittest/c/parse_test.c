/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lang/parse: what the files of test/unittest/lang cannot show: when a type is asked for
 * (LEX-16), the ways a description is read (PD-03, PD-07, PD-11), limits, recovery.
 */
#include <stdlib.h>
#include "lang/parse.h"
#include "check.h"

static char *args[] = {"write", "a:b", "5"};

struct run {
	struct dt_arena *a;
	struct dt_diags d;
	struct dt_program *p;
	char asked[256]; /* names is_type was asked for */
	char tags[1024];
};

static bool is_type(void *ctx, const char *module, const char *name)
{
	struct run *r = ctx;

	(void)module;
	snprintf(r->asked + strlen(r->asked), sizeof(r->asked) - strlen(r->asked), "%s ", name);
	return !strcmp(name, "foo_t");
}

static struct run *parse(const char *text, enum dt_pdesc_kind rightmost, bool cmdline)
{
	static struct run r;

	if (r.a)
		dt_arena_free(r.a);
	r = (struct run){.a = dt_arena_new()};
	struct dt_parse_opts o = {
		.rightmost = rightmost,
		.pspec = cmdline,
		.cmdline = cmdline,
		.macros = {.argc = 3, .argv = args, .target = 7},
		.is_type = is_type,
		.ctx = &r,
	};
	dt_diags_init(&r.d, r.a);
	struct dt_source *s = dt_source_add(&r.d, cmdline ? DT_SRC_SPEC : DT_SRC_SCRIPT, "t.d",
					    text, strlen(text));
	r.p = dt_parse(&r.d, s, &o);
	for (uint32_t i = 0; i < r.d.list.n; i++)
		snprintf(r.tags + strlen(r.tags), sizeof(r.tags) - strlen(r.tags), "%s%s",
			 i ? " " : "", dt_tag_name(r.d.list.v[i]->tag));
	return &r;
}

static const char *tags(const char *text)
{
	return parse(text, DT_PD_NAME, false)->tags;
}

/* The names asked for while reading statements. */
static const char *asked(const char *stmts)
{
	char buf[512];

	snprintf(buf, sizeof(buf), "typedef int mine_t; BEGIN{%s}", stmts);
	struct run *r = parse(buf, DT_PD_NAME, false);
	CHECK_STR(r->tags, "");
	return r->asked;
}

/* The description as "prov|mod|func|name", or the first tag. */
static const char *desc(const char *text, enum dt_pdesc_kind rightmost)
{
	static char out[256];
	struct run *r = parse(text, rightmost, true);

	if (r->d.list.n)
		return dt_tag_name(r->d.list.v[0]->tag);
	const struct dt_pdesc *d = &r->p->tops.v[0].clause->descs.v[0];
	if (d->id)
		snprintf(out, sizeof(out), "%u", d->id);
	else
		snprintf(out, sizeof(out), "%s|%s|%s|%s", d->prov, d->mod, d->func, d->name);
	return out;
}

static void test_types(void)
{
	CHECK_STR(asked("x = 1; x++; y = (x) - 1; trace(x, (z)); w[1] = (x + 2) * 3;"), "");
	CHECK_STR(asked("y = (bar_t *)x; y = (foo_t)x; y = (int)-x; y = (mine_t)(x);"), "");
	CHECK_STR(asked("y = (bar_t **const)x; y = (bar_t (*)(int))x; y = (m`bar_t *)x;"), "");
	CHECK_STR(asked("y = sizeof(bar_t *) + sizeof(y) + sizeof(mine_t) + (arg0 * 2);"), "");
	CHECK_STR(asked("y = (a)->b; y = (a)[1]; y = (a).b; y = (a)++; y = sizeof(a)->b"), "a ");
	CHECK_STR(asked("y = (foo_t)-1;"), "foo_t ");
	CHECK_STR(asked("y = (bar) & 1;"), "bar ");
	CHECK_STR(asked("y = sizeof(foo_t);"), "foo_t ");
	struct run *r = parse("foo_t x; bar {} baz / foo_t / {} int a[foo_t], b[foo_t, int], "
			      "c[foo_t *], d[3];",
			      DT_PD_NAME, false);
	CHECK_STR(r->tags, "");
	CHECK_STR(r->asked, "foo_t foo_t ");
	CHECK(r->p->tops.n == 7 && r->p->tops.v[3].decl->derivs.v[0].kind == DV_KEYS &&
	      r->p->tops.v[6].decl->derivs.v[0].kind == DV_ARRAY);
}

static void test_descriptions(void)
{
	CHECK_STR(desc("a:b:c:d", DT_PD_NAME), "a|b|c|d");
	CHECK_STR(desc("c:d", DT_PD_NAME), "||c|d");
	CHECK_STR(desc("BEGIN", DT_PD_NAME), "|||BEGIN");
	CHECK_STR(desc("syscall:::", DT_PD_NAME), "syscall|||");
	CHECK_STR(desc("a:b:c", DT_PD_FUNC), "a|b|c|");
	CHECK_STR(desc("string", DT_PD_FUNC), "||string|");
	CHECK_STR(desc("a:b", DT_PD_MOD), "a|b||");
	CHECK_STR(desc("a", DT_PD_PROV), "a|||");
	CHECK_STR(desc("12", DT_PD_ID), "12");
	CHECK_STR(desc("$3", DT_PD_ID), "5");
	CHECK_STR(desc("12", DT_PD_NAME), "12");
	CHECK_STR(desc("pid$target:a.out:$1x:ret$$1", DT_PD_NAME), "pid7|a.out|writex|retwrite");
	CHECK_STR(desc("a\\:b:c", DT_PD_NAME), "||a\\:b|c");
	CHECK_STR(desc("a:b:c:d:e", DT_PD_NAME), "D_PDESC_INVAL");
	CHECK_STR(desc("a:b:c:d", DT_PD_FUNC), "D_PDESC_INVAL");
	CHECK_STR(desc("12", DT_PD_FUNC), "D_PDESC_INVAL");
	CHECK_STR(desc("xyz", DT_PD_ID), "D_PDESC_INVAL");
	CHECK_STR(desc("0", DT_PD_ID), "D_PDESC_INVAL");
	CHECK_STR(desc("99999999999", DT_PD_ID), "D_PDESC_INVAL");
	CHECK_STR(desc("$2", DT_PD_NAME), "D_PDESC_INVAL");
	CHECK_STR(desc("$9", DT_PD_NAME), "D_PDESC_INVAL");
	CHECK_STR(desc("$nosuch", DT_PD_NAME), "D_PDESC_INVAL");
	CHECK_STR(desc("a23456789012345678901234567890123456789012345678901234567890123:::b",
		       DT_PD_NAME),
		  "a23456789012345678901234567890123456789012345678901234567890123|||b");
	CHECK_STR(desc("a234567890123456789012345678901234567890123456789012345678901234:::b",
		       DT_PD_NAME),
		  "D_PDESC_INVAL");
	/* PD-11, PD-12 */
	CHECK_STR(tags("BEGIN"), "D_SYNTAX");
	CHECK(parse("BEGIN", DT_PD_NAME, true)->p->tops.v[0].clause->body == NULL);
	CHECK_STR(parse("BEGIN/1/", DT_PD_NAME, true)->tags, "D_SYNTAX");
	CHECK(parse("a,b , c{}", DT_PD_NAME, false)->p->tops.v[0].clause->descs.n == 3);

	struct run r = {.a = dt_arena_new()};
	struct dt_parse_opts o = {.rightmost = DT_PD_NAME};
	struct dt_pdesc d;
	dt_diags_init(&r.d, r.a);
	CHECK(dt_parse_pdesc(&r.d, dt_source_add(&r.d, DT_SRC_SPEC, "s", "int:x", 5), &o, &d));
	CHECK_STR(d.func, "int");
	CHECK(!dt_parse_pdesc(&r.d, dt_source_add(&r.d, DT_SRC_SPEC, "s", "a b", 3), &o, &d));
	CHECK(!dt_parse_pdesc(&r.d, dt_source_add(&r.d, DT_SRC_SPEC, "s", "", 0), &o, &d));
	dt_arena_free(r.a);
}

/* The text with `unit` repeated n times between head and tail: its tags. */
static const char *repeated(const char *head, const char *unit, int n, const char *tail)
{
	size_t size = strlen(head) + strlen(unit) * (size_t)n + strlen(tail) + 1;
	char *buf = malloc(size), *p = stpcpy(buf, head);

	while (n--)
		p = stpcpy(p, unit);
	strcpy(p, tail);
	const char *t = tags(buf);
	free(buf);
	return t;
}

static void test_limits(void)
{
	CHECK_STR(repeated("BEGIN{x=", "1+", 1000, "1;}"), "");
	CHECK_STR(repeated("BEGIN{x=", "1+", 5000, "1;}"), "D_SYNTAX");
	CHECK_STR(repeated("BEGIN{x=", "(", 100000, ""), "D_SYNTAX");
	CHECK_STR(repeated("BEGIN{x=", "-", 100000, "1;}"), "D_SYNTAX");
	CHECK_STR(repeated("BEGIN{", "if(1)", 100000, ";}"), "D_SYNTAX");
	CHECK_STR(repeated("BEGIN", "{", 100000, ""), "D_SYNTAX");
	CHECK_STR(repeated("int ", "*", 100000, "x;"), "D_SYNTAX");
	CHECK_STR(repeated("", "struct{", 100000, ""), "D_SYNTAX");
	CHECK_STR(repeated("BEGIN{x=", "sizeof(int[", 100000, ""), "D_SYNTAX");
	CHECK_STR(repeated("BEGIN{", "@[1]=count();", 2000, "}"), "");
}

static void test_recovery(void)
{
	struct run *r =
		parse("BEGIN { trace(; trace(2); }\nint x\nEND /)/ { trace(1); x y; }\nint z;",
		      DT_PD_NAME, false);
	CHECK_STR(r->tags, "D_SYNTAX D_SYNTAX D_SYNTAX D_SYNTAX");
	CHECK(r->p->tops.n == 4);
	CHECK_STR(tags("BEGIN { if (a { b; } else { c; } @x[1][2]; }"), "D_SYNTAX D_AGG_MDIM");
	CHECK_STR(tags("BEGIN { 'a\n } END { }"), "D_CHR_NL");
	CHECK_STR(tags("BEGIN { trace(\"a\n\"); } END { }"), "D_STR_NL");
	CHECK_STR(tags("BEGIN { trace(1"), "D_SYNTAX");
	CHECK(parse("}}}}}}}} a {)} b {)} c {)} d {)} e {)} f {)} g {)} h {)} i {)} j {)} k {)} l "
		    "{)} m "
		    "{)} n {)} o {)} p {)} q {)} r {)} s {)} t {)} u {)} v {)} w {)} x {)}",
		    DT_PD_NAME, false)
		      ->d.list.n == 20);
}

int main(void)
{
	test_types();
	test_descriptions();
	test_limits();
	test_recovery();
	return check_summary();
}
