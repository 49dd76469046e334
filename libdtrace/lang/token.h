/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tokens, and the lexer's interface.
 *
 * D is lexed differently in different places (LEX table in the specification). The lexer finds out
 * by itself where it is, from the few tokens that change the mode:
 *
 *	OUTER --"/"--> PRED --"/"--> OUTER --"{"--> BODY --matching "}"--> OUTER
 *	OUTER --declaration keyword or type name--> DECL --";" outside braces--> OUTER
 *
 * so its reader only asks for the next token, and may look ahead. Macro variables ($1, $$target) are
 * expanded here; control lines (#pragma ...) are obeyed by lang/pragma.c as they are met.
 */
#ifndef DT_LANG_TOKEN_H
#define DT_LANG_TOKEN_H

#include "base/diag.h"

enum dt_lex_mode {
	LEX_OUTER, /* probe descriptions: one token is a run of description characters */
	LEX_PRED,  /* C-like; "/" may close the predicate */
	LEX_BODY,  /* C-like, a clause's statements */
	LEX_DECL,  /* C-like, a declaration, inline, translator or provider */
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
	bool negative;	 /* TOK_INT from a macro argument with a minus sign: value is -ival */
	bool bol;	 /* first token on its line */
	bool top;	 /* the lexer was in outer mode before it: a clause or declaration may start */
};

const char *dt_tok_name(enum dt_tok t); /* "`->'", "identifier": for messages and .tok dumps */

#endif
