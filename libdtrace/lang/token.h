/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tokens, and the lexer's interface.
 *
 * D's lexer is driven by its reader: what the next characters are depends on where the parser
 * is (LEX table in the specification). The parser sets the mode; dt_lex_next reads one token in it.
 * Macro variables ($1, $$target) are expanded here; control lines (#pragma ...) are collected and
 * handed to lang/pragma.c through a callback as they are met.
 */
#ifndef DT_LANG_TOKEN_H
#define DT_LANG_TOKEN_H

#include "base/diag.h"

enum dt_lex_mode {
	LEX_OUTER,  /* probe descriptions: one token is a run of description characters */
	LEX_EXPR,   /* C-like */
};

enum dt_tok {
#define DT_TOKEN(name, text) name,
#include "lang/tokens.def"
#undef DT_TOKEN
	TOK_COUNT
};

struct dt_token {
	enum dt_tok kind;
	struct dt_span span;
	const char *str; /* identifiers, strings (unescaped), probe descriptions: interned */
	uint32_t len;	 /* bytes in str: a string may hold a NUL */
	uint64_t ival;	 /* TOK_INT, TOK_CHAR (type int) */
	bool is_unsigned, is_long, is_llong, is_decimal; /* TOK_INT's suffixes and base */
	bool from_macro; /* the token is the expansion of a macro variable */
	bool bol;	 /* first token on its line */
};

const char *dt_tok_name(enum dt_tok t); /* "`->'", "identifier": for messages and .tok dumps */

#endif
