/* SPDX-License-Identifier: BSD-2-Clause */
/* base/: arena, vectors and maps, diagnostics. */
#include <stdlib.h>
#include "base/diag.h"
#include "check.h"

static void test_arena(struct dt_arena *a)
{
	char *p = dt_alloc(a, 3), *q = dt_alloc(a, 100000);
	bool zero = true;

	for (int i = 0; i < 100000; i++)
		zero &= q[i] == 0;
	CHECK(zero && ((uintptr_t)p & 15) == 0 && ((uintptr_t)q & 15) == 0);
	CHECK(dt_intern(a, "abc") == dt_intern_n(a, "abcd", 3));
	CHECK(dt_intern(a, "abc") != dt_intern(a, "abd"));
	CHECK_STR(dt_intern(a, ""), "");
	CHECK_STR(dt_asprintf(a, "%d-%s", 42, "x"), "42-x");
}

static void test_map(struct dt_arena *a)
{
	struct dt_map *m = dt_map_new(a);
	char key[32];
	bool same = true;

	CHECK(!dt_map_gets(m, "none"));
	for (intptr_t i = 0; i < 5000; i++) {
		snprintf(key, sizeof(key), "k%ld", (long)i);
		dt_map_sets(m, key, (void *)(i + 1));
	}
	dt_map_sets(m, "k7", (void *)1000000);
	CHECK(dt_map_count(m) == 5000);
	for (intptr_t i = 0; i < 5000; i++) {
		snprintf(key, sizeof(key), "k%ld", (long)i);
		same &= dt_map_gets(m, key) == (void *)(i == 7 ? 1000000 : i + 1);
	}
	CHECK(same);
	const void *k;
	size_t len;
	CHECK(dt_map_at(m, 4, &k, &len) == (void *)5 && len == 2 && !memcmp(k, "k4", 2));
	dt_map_set(m, "", 0, m);
	CHECK(dt_map_get(m, "", 0) == m && !dt_map_gets(m, "k"));
}

static const char *rendered(struct dt_diags *d)
{
	char *buf = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&buf, &n);

	dt_diags_render(d, f);
	fclose(f);
	const char *s = dt_strdup(d->arena, buf);
	free(buf);
	d->list.n = 0;
	return s;
}

static void test_diag(struct dt_arena *a)
{
	struct dt_diags d;
	static const char text[] = "BEGIN\n{\n\ttrace(xyz);\n}\n";

	dt_diags_init(&d, a);
	struct dt_source *s = dt_source_add(&d, DT_SRC_SCRIPT, "x.d", text, strlen(text));
	struct dt_span at = {s->id, 15, 18};
	dt_error(&d, at, D_VAR_UNDEF, "%s is unknown\n", "xyz")->hint = "assign it first";
	CHECK(dt_failed(&d));
	CHECK_STR(rendered(&d), "dtrace: failed to compile script x.d: line 3: xyz is unknown\n"
				"3:8: \ttrace(xyz);\n     \t      ^~~\nhint: assign it first\n");
	d.errtags = true;
	struct dt_linemark mark = {8, 40, "inc.h"};
	dt_vec_push(a, &s->marks, mark);
	dt_error(&d, at, D_VAR_UNDEF, "no");
	CHECK_STR(rendered(&d),
		  "dtrace: failed to compile script x.d: [D_VAR_UNDEF] \"inc.h\", line "
		  "40: no\ninc.h:40:8: \ttrace(xyz);\n            \t      ^~~\n");

	s = dt_source_add(&d, DT_SRC_SPEC, "BEGIN{\xc3\xa4\x01}", "BEGIN{\xc3\xa4\x01}", 10);
	d.region = "action list";
	dt_error(&d, (struct dt_span){s->id, 8, 9}, D_SYNTAX, "bad");
	CHECK_STR(rendered(&d),
		  "dtrace: invalid probe specifier BEGIN{\xc3\xa4\x01}: [D_SYNTAX] in "
		  "action list: bad\n1:9: BEGIN{\xc3\xa4?}\n            ^\n");
	dt_error(&d, (struct dt_span){s->id, 500, 900}, D_SYNTAX, "past the end");
	dt_error(&d, (struct dt_span){77, 1, 2}, D_SYNTAX, "nowhere");
	CHECK(strstr(rendered(&d), "nowhere") != NULL);

	char *big = calloc(1, DT_SOURCE_MAX + 2);
	CHECK(!dt_source_add(&d, DT_SRC_SCRIPT, "big", big, DT_SOURCE_MAX + 1ull));
	CHECK(strstr(rendered(&d), "too large") != NULL);
	free(big);
	CHECK_STR(dt_tag_name(D_SYNTAX), "D_SYNTAX");
	CHECK_STR(dt_tag_name((enum dt_tag)99999), "D_UNKNOWN");
}

/* Every tag says what it means: doc/errors.md is made of it. */
static void test_tags(void)
{
	static const char *const summaries[] = {
#define DT_TAG(name, summary) summary,
#include "base/errtags.def"
#undef DT_TAG
	};

	for (int i = 0; i < DT_TAG_COUNT; i++)
		CHECK(summaries[i][0] != '\0');
}

int main(void)
{
	struct dt_arena *a = dt_arena_new();

	CHECK(a != NULL);
	test_arena(a);
	test_map(a);
	test_diag(a);
	test_tags();
	dt_arena_free(a);
	return check_summary();
}
