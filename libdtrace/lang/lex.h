/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lexer's state, for the files of lang/ only. token.h says how the modes work.
 *
 * A lexer is a plain value: copying it remembers a place in the text. It owns nothing; strings in
 * tokens are interned in the diagnostics' arena.
 */
#ifndef DT_LANG_LEX_H
#define DT_LANG_LEX_H

#include "lang/parse.h"

struct dt_lexer {
	struct dt_diags *diags;
	struct dt_arena *arena;
	struct dt_source *src;
	const struct dt_parse_opts *opts;
	struct dt_program *prog; /* takes the pragmas kept for sema; may be NULL */
	uint32_t pos;
	enum dt_lex_mode mode;
	uint32_t depth;	   /* open braces, in BODY and DECL */
	enum dt_tok prev;  /* after "." and "->", keywords are names */
	bool bol;	   /* only blanks so far on this line */
	bool quiet;	   /* recovering from an error: report nothing */
	/* Whether a word in outer mode starts a declaration (PD-02); NULL: judge by what follows. */
	bool (*type_name)(void *ctx, const char *name);
	void *type_ctx;
};

void dt_lex_init(struct dt_lexer *lx, struct dt_diags *d, struct dt_source *src,
		 const struct dt_parse_opts *opts, struct dt_program *prog);
/* Reads the next token. At the end, TOK_EOF for ever. TOK_ERROR has been reported. */
void dt_lex_next(struct dt_lexer *lx, struct dt_token *t);
/* All tokens up to the end, one a line. */
void dt_lex_dump(struct dt_lexer *lx, FILE *out);
/* Reports unless quiet. */
void dt_lex_error(struct dt_lexer *lx, uint32_t from, uint32_t to, enum dt_tag tag, const char *fmt,
		  ...) __attribute__((format(printf, 5, 6)));
struct dt_span dt_lex_span(const struct dt_lexer *lx, uint32_t from, uint32_t to);

/* ---- literals (lex_lit.c): all take text and its end, so that macro arguments can use them ---- */

enum dt_int_result { INT_OK, INT_BAD_DIGIT, INT_OVERFLOW, INT_FLOAT };
/* The integer literal that is the whole of s[0..n): fills t->ival and the suffix flags. *bad is the
 * offset of the offending character. */
enum dt_int_result dt_lit_int(const char *s, uint32_t n, struct dt_token *t, uint32_t *bad);
/* Undoes escapes: s[0..n) to the arena; *len is the number of bytes. */
char *dt_lit_unescape(struct dt_arena *a, const char *s, uint32_t n, uint32_t *len);
void dt_lex_number(struct dt_lexer *lx, struct dt_token *t);
void dt_lex_string(struct dt_lexer *lx, struct dt_token *t);
void dt_lex_char(struct dt_lexer *lx, struct dt_token *t);

/* ---- macro variables (macro.c) ---- */

enum dt_macro_result { MACRO_OK, MACRO_NONE, MACRO_UNDEF, MACRO_OFLOW };
struct dt_macro_value {
	const char *text; /* what it stands for */
	int64_t id;	  /* when is_id */
	bool is_id;	  /* $pid ...: a number */
	bool is_string;	  /* $$: always a string */
};
/* Reads the macro variable at s (which is '$'), up to end; *len is its length. */
enum dt_macro_result dt_macro_read(struct dt_arena *a, const struct dt_parse_opts *opts,
				   const char *s, const char *end, uint32_t *len,
				   struct dt_macro_value *v);
void dt_lex_macro(struct dt_lexer *lx, struct dt_token *t);

/* ---- control lines (pragma.c) ---- */
/* lx->pos is at '#', first on its line; leaves it at the newline. */
void dt_control_line(struct dt_lexer *lx);

/* Prints ` "text"` with escapes (ast_dump.c). */
void dt_dump_string(FILE *out, const char *s, uint32_t len);

/* ---- characters ---- */
static inline bool dt_is_digit(char c)
{
	return c >= '0' && c <= '9';
}
static inline bool dt_is_ident_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '`';
}
static inline bool dt_is_ident(char c)
{
	return dt_is_ident_start(c) || dt_is_digit(c);
}
static inline bool dt_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}
/* A keyword's token, or TOK_IDENT. */
enum dt_tok dt_keyword(const char *s, uint32_t n);

#endif
