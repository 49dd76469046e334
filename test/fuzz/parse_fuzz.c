/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any text through the parser, the token dump and the tree dump. As a fuzz target:
 *
 *	clang -fsanitize=fuzzer,address,undefined ... test/fuzz/parse_fuzz.c build/libdtrace.a
 *
 * With -DFUZZ_MAIN it is a program that reads the files it is given, to look at a finding. The
 * first byte chooses the kind of program and its options.
 */
#include <stdlib.h>
#include "lang/parse.h"

static bool is_type(void *ctx, const char *module, const char *name)
{
	(void)ctx;
	return (module && *module == 'm') || (*name && name[strlen(name) - 1] == 't');
}

static const char *set_option(void *ctx, const char *name, const char *value)
{
	(void)ctx;
	return value && !strcmp(name, value) ? "refused" : NULL;
}

static int depends_on(void *ctx, const char *kind, const char *name)
{
	(void)ctx;
	return strcmp(kind, name) ? 0 : -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char *args[] = {"12", "-0x7", "name_t", "int", "\"a\\n\"", "99999999999999999999",
			       ":",  ""};
	bool used[8] = {0};
	struct dt_diags d;
	unsigned how = size ? data[0] : 0;
	struct dt_parse_opts o = {
		.rightmost = how & 8 ? (enum dt_pdesc_kind)(how >> 4) % 5 : DT_PD_NAME,
		.pspec = how & 1,
		.cmdline = how & 1,
		.defaultargs = how & 2,
		.macros = {.pid = -1,
			   .target = 1 << 20,
			   .arg0 = "x.d",
			   .argc = 8,
			   .argv = args,
			   .used = used},
		.is_type = how & 4 ? is_type : NULL,
		.set_option = set_option,
		.depends_on = depends_on,
	};
	struct dt_arena *a = dt_arena_new();
	FILE *out = fopen("/dev/null", "w");

	if (!a || !out)
		abort();
	dt_diags_init(&d, a);
	enum dt_source_kind kind = how & 1 ? DT_SRC_SPEC : DT_SRC_SCRIPT;
	struct dt_source *s =
		dt_source_add(&d, kind, "fuzz", (const char *)data + (size > 0), size - (size > 0));
	if (s) {
		struct dt_pdesc desc;
		dt_ast_dump(dt_parse(&d, s, &o), false, out);
		if (size < 4096)
			dt_tok_dump(&d, s, &o, out);
		dt_parse_pdesc(&d, s, &o, &desc);
	}
	dt_diags_render(&d, out);
	fclose(out);
	dt_arena_free(a);
	return 0;
}

#ifdef FUZZ_MAIN
int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "r");
		uint8_t *buf = malloc(DT_SOURCE_MAX + 2);
		if (!f || !buf) {
			perror(argv[i]);
			return 1;
		}
		size_t n = fread(buf, 1, DT_SOURCE_MAX + 2, f);
		LLVMFuzzerTestOneInput(buf, n);
		fclose(f);
		free(buf);
	}
	return 0;
}
#endif
