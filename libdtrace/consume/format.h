/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * printf() and printa() formats (PF-*): parsed and checked once, when the program is compiled; printed
 * once a record.
 */
#ifndef DT_CONSUME_FORMAT_H
#define DT_CONSUME_FORMAT_H

#include "base/diag.h"
#include "record/record.h"

struct dt_consumer;

/* What a conversion takes. */
enum dt_conv_class {
	DT_CV_NONE,	/* %% */
	DT_CV_INT,	/* d i o u x X p c C */
	DT_CV_STR,	/* s S */
	DT_CV_STACK,	/* k */
	DT_CV_KADDR,	/* a */
	DT_CV_UADDR,	/* A */
	DT_CV_TIME,	/* Y T */
	DT_CV_FLOAT,	/* e f g */
	DT_CV_WSTR, DT_CV_WCHAR,
};

struct dt_conv {
	const char *lit;	/* text before it (unescaped by the lexer) */
	uint32_t litlen;
	char conv;		/* 0: only text */
	enum dt_conv_class cls;
	bool alt, zero, minus, plus, space, quote, agg; /* # 0 - + blank ' @ */
	bool star_width, star_prec, have_prec;
	int width, prec;	/* width -1: none; '?' gives 16 */
	char size[3];		/* "", "h", "hh", "l", "ll", "L" as written */
	uint32_t off;		/* of the % in the format, for messages */
};

struct dt_format {
	DT_VEC(struct dt_conv) convs;
	const char *text;
};

/* Parses. On error returns NULL and sets *tag, *msg (arena). */
struct dt_format *dt_format_parse(struct dt_arena *a, const char *fmt, uint32_t len, bool printa,
				  enum dt_tag *tag, const char **msg);

/* Does a conversion accept a value of this type? (%d an int, %s a string ...; PF-05..PF-12) */
bool dt_conv_accepts(const struct dt_conv *cv, const struct dt_type *t);

/* Prints: arguments are fields, in order (widths given by `*` are fields too), in `base`. */
int dt_format_print(struct dt_consumer *c, const struct dt_format *f, const struct dt_field *fields,
		    uint32_t nfields, const unsigned char *base);
/* Prints one conversion of a value that is not in a record (keys, aggregation results). */
int dt_conv_print(struct dt_consumer *c, const struct dt_conv *cv, int width, int prec,
		  const struct dt_field *f, const unsigned char *base);

#endif
