/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text to tree.
 *
 * dt_parse reads a whole source and returns a program; errors are in `diags` and reading goes on at
 * the next clause, so the tree may hold E_ERROR nodes. Never returns NULL. Reentrant.
 */
#ifndef DT_LANG_PARSE_H
#define DT_LANG_PARSE_H

#include "lang/ast.h"
#include "lang/token.h"

enum dt_pdesc_kind { DT_PD_NAME, DT_PD_FUNC, DT_PD_MOD, DT_PD_PROV, DT_PD_ID }; /* -n -f -m -P -i */

struct dt_macros {
	int64_t egid, euid, gid, pid, pgid, ppid, sid, uid, target;
	const char *arg0;	/* $0 */
	int argc;		/* $1 .. $argc */
	char *const *argv;	/* argv[0] is $1 */
	bool *used;		/* argc flags, set when referenced; may be NULL */
};

struct dt_parse_opts {
	enum dt_pdesc_kind rightmost; /* what the rightmost field of a description is */
	bool pspec;		/* ambiguous word is a probe description (command line) */
	bool cmdline;		/* a description without body is an empty clause (PD-11) */
	bool defaultargs;	/* $N undefined: 0 and "" (MAC-14) */
	struct dt_macros macros;
	/* True if `name` is a type the program may use. Asked as late as possible (LEX-16), since the
	 * answer may need kernel BTF. */
	bool (*is_type)(void *ctx, const char *module, const char *name);
	/* #pragma D option: returns NULL or an error text (D_PRAGMA_OPTSET). */
	const char *(*set_option)(void *ctx, const char *name, const char *value);
	/* #pragma D depends_on kind name: 0 satisfied, -1 not. */
	int (*depends_on)(void *ctx, const char *kind, const char *name);
	void *ctx;
};

struct dt_program *dt_parse(struct dt_diags *diags, struct dt_source *src,
			    const struct dt_parse_opts *opts);

/* Parses one "a:b:c:d" (macros expanded), as for -l. False with a diagnostic if malformed. */
bool dt_parse_pdesc(struct dt_diags *diags, struct dt_source *src, const struct dt_parse_opts *opts,
		    struct dt_pdesc *out);

/* Writes one token a line, for -xdump=tok and .tok expectations. Reports nothing, sets no option: that
 * is for the parser, which reads the text again. */
void dt_tok_dump(struct dt_diags *diags, struct dt_source *src, const struct dt_parse_opts *opts,
		 FILE *out);

/* Reads only the lines "#pragma D depends_on", for opts->depends_on. Reports nothing. */
void dt_parse_depends(struct dt_diags *diags, const struct dt_source *src,
		      const struct dt_parse_opts *opts);

/* Runs the preprocessor (-C) over a file. 0 and *text (malloc'ed), or negative errno with a text in
 * *err (malloc'ed). The interpreter line is kept from it (CPP-05). */
struct dt_cpp_opts {
	const char *path;	      /* "cpp" */
	DT_VEC(const char *) args;    /* -D -U -I -H and cppargs, in order */
	char stdc;		      /* a c s t */
};
int dt_cpp(const struct dt_cpp_opts *opts, const char *file, char **text, size_t *len, char **err);

#endif
