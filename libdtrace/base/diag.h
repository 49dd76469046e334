/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Diagnostics: the one way an error in a D program is reported.
 *
 * Every token and every node carries a span: a source and a byte range in it. A diagnostic is
 * a span, a tag (D_SYNTAX ...; errtags.def) and a text, and is rendered as the classic first
 * line followed by the source line and a caret:
 *
 *	dtrace: failed to compile script x.d: line 3: x has not yet been declared or assigned
 *	3:9:   trace(x);
 *	             ^
 *
 * Diagnostics are collected; checking goes on after the first (a node in error is poisoned,
 * so one mistake gives one message). Sources and diagnostics live in the compilation's arena.
 */
#ifndef DT_BASE_DIAG_H
#define DT_BASE_DIAG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "base/arena.h"
#include "base/vec.h"

#define DT_SOURCE_MAX (8u << 20) /* bytes in one program; larger ones are refused */
#define DT_NEST_MAX 256 /* nesting of expressions, statements and declarators: deeper is D_SYNTAX */

enum dt_tag {
#define DT_TAG(name, text) name,
#include "base/errtags.def"
#undef DT_TAG
	DT_TAG_COUNT
};
const char *dt_tag_name(enum dt_tag tag); /* "D_SYNTAX" */

/* Byte range [off, end) of source number `src`; {0,0,0} is "nowhere". Sources count from 1. */
struct dt_span {
	uint16_t src;
	uint32_t off, end;
};

static inline struct dt_span dt_span_join(struct dt_span a, struct dt_span b)
{
	if (!a.src || (b.src && a.src != b.src))
		return a.src ? a : b;
	if (b.src) {
		a.off = b.off < a.off ? b.off : a.off;
		a.end = b.end > a.end ? b.end : a.end;
	}
	return a;
}

enum dt_source_kind {
	DT_SRC_SPEC,	/* given with -n -P -m -f -i: "invalid probe specifier SPEC: " */
	DT_SRC_SCRIPT,	/* a file (-s): "failed to compile script FILE: " */
	DT_SRC_LIBRARY, /* one of our D libraries */
};

struct dt_linemark {
	uint32_t off, line;
	const char *file;
};

struct dt_source {
	uint16_t id;
	enum dt_source_kind kind;
	const char *name; /* file name, or the specifier's text */
	const char *text; /* NUL-terminated; text[len] == 0 */
	uint32_t len;
	/* #line directives met by the lexer: from `off` on, the line is `line`, the file `file`. */
	DT_VEC(struct dt_linemark) marks;
};

struct dt_diagnostic {
	struct dt_span span;
	enum dt_tag tag;
	const char *text;   /* "x has not yet been declared or assigned" */
	const char *hint;   /* or NULL */
	const char *region; /* "action list", "predicate", "probe description", ... or NULL */
};

struct dt_diags {
	struct dt_arena *arena;
	bool errtags;	    /* option errtags: "[D_TAG] " before the text */
	const char *region; /* given to new diagnostics: parser and sema keep it current */
	DT_VEC(struct dt_source *) sources;	/* v[id - 1] */
	DT_VEC(struct dt_diagnostic *) list;
};

void dt_diags_init(struct dt_diags *d, struct dt_arena *a);
/* Registers a source; name and text are copied. NULL if len > DT_SOURCE_MAX (with a diagnostic). */
struct dt_source *dt_source_add(struct dt_diags *d, enum dt_source_kind kind, const char *name,
				const char *text, size_t len);

/* Adds an error. Returns the diagnostic so that a hint can be set on it. */
struct dt_diagnostic *dt_error(struct dt_diags *d, struct dt_span at, enum dt_tag tag,
			       const char *fmt, ...) __attribute__((format(printf, 4, 5)));
static inline bool dt_failed(const struct dt_diags *d)
{
	return d->list.n > 0;
}

/* File, line and column (both from 1) of the start of a span, #line applied. */
void dt_span_where(const struct dt_diags *d, struct dt_span at, const char **file, uint32_t *line,
		   uint32_t *col);
/* The text of source line `line` containing the span's start (not NUL-terminated). */
const char *dt_span_line(const struct dt_diags *d, struct dt_span at, uint32_t *len);
/* The classic single line for one diagnostic, without "dtrace: " and newline, in the arena. */
const char *dt_diag_message(const struct dt_diags *d, const struct dt_diagnostic *g);
/* All diagnostics, with source line, caret and hint, to `out`; each prefixed "dtrace: ". */
void dt_diags_render(const struct dt_diags *d, FILE *out);

#endif
