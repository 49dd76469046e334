/* SPDX-License-Identifier: BSD-2-Clause */
/* lang/cpp: option -C (CPP-01..06). Needs a C preprocessor. */
#include <stdlib.h>
#include <errno.h>
#include <unistd.h>
#include "lang/parse.h"
#include "check.h"

static void put(const char *file, const char *text)
{
	FILE *f = fopen(file, "w");

	fputs(text, f);
	fclose(f);
}

static char *out, *err;
static size_t len;

static int run(const char *path, char stdc, const char *arg, const char *file)
{
	struct dt_arena *a = dt_arena_new();
	struct dt_cpp_opts o = {.path = path, .stdc = stdc};

	free(out);
	free(err);
	if (arg)
		dt_vec_push(a, &o.args, arg);
	int rc = dt_cpp(&o, file, &out, &len, &err);
	dt_arena_free(a);
	return rc;
}

/* The program cpp makes of x.d parses, and a mistake in the header is found there. */
static void test_parse(void)
{
	struct dt_parse_opts o = {0};
	struct dt_diags d;
	struct dt_arena *a = dt_arena_new();

	put("inc.h", "typedef struct { int a; } inc_t;\nint broken(;\n");
	put("y.d", "#!/usr/sbin/dtrace -Cs\n#include \"inc.h\"\nBEGIN { }\n");
	CHECK(run("cpp", 0, NULL, "y.d") == 0);
	dt_diags_init(&d, a);
	dt_parse(&d, dt_source_add(&d, DT_SRC_SCRIPT, "y.d", out, len), &o);
	CHECK(d.list.n == 1);
	CHECK(d.list.n &&
	      strstr(dt_diag_message(&d, d.list.v[0]), "inc.h\", line 2: syntax error near"));
	dt_arena_free(a);
}

int main(void)
{
	char dir[] = "/tmp/dt-cpp-XXXXXX";

	if (!mkdtemp(dir) || chdir(dir))
		return 1;
	put("x.d",
	    "#!/usr/sbin/dtrace -Cs\n#include \"inc.h\"\n#ifdef WORD\nWORD\n#endif\n__SUNW_D "
	    "__LINE__\n#ifdef __GNUC__\ngnu\n#endif\n");
	put("inc.h", "included\n");
	put("bad.d", "#include \"nosuch.h\"\n");
	put("plain", "not a program\n");
	if (run("cpp", 0, NULL, "x.d") == -EIO && err && strstr(err, "not found")) {
		SKIP("no cpp");
	} else {
		CHECK(out && strstr(out, "included") && strstr(out, "1 6") && !strstr(out, "gnu"));
		CHECK(out && !strstr(out, "#!") && strlen(out) == len);
		CHECK(run("cpp", 's', "-DWORD=there", "x.d") == 0 && out && strstr(out, "there"));
		CHECK(freopen("/dev/null", "w", stderr) != NULL);
		CHECK(run("cpp", 0, NULL, "bad.d") < 0 && err && strstr(err, "failed with status"));
		test_parse();
	}
	CHECK(run("./nosuch", 0, NULL, "x.d") < 0 && err && strstr(err, "not found"));
	CHECK(run("./plain", 0, NULL, "x.d") < 0 && err && strstr(err, "cannot be executed"));
	CHECK(run("cpp", 0, NULL, "nosuch.d") == -ENOENT && err && strstr(err, "nosuch.d"));
	free(out);
	free(err);
	unlink("x.d");
	unlink("y.d");
	unlink("inc.h");
	unlink("bad.d");
	unlink("plain");
	return chdir("/") || rmdir(dir) ? 1 : check_summary();
}
