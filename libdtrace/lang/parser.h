/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parser's state and the functions its three files share. For lang/ only.
 *
 * Recursive descent, one token of lookahead and more where C's grammar needs it (peek). After a
 * syntax error the parser panics: the current token reads as TOK_ERROR, so that no rule matches
 * and every function returns; whoever started a statement, clause or declaration recovers by
 * skipping to its end. One mistake, one message.
 */
#ifndef DT_LANG_PARSER_H
#define DT_LANG_PARSER_H

#include "lang/lex.h"

struct dt_parser {
	struct dt_lexer lx;
	struct dt_diags *diags;
	struct dt_arena *arena;
	const struct dt_parse_opts *opts;
	struct dt_program *prog;
	struct dt_token tok;		 /* the current token */
	struct dt_span last;		 /* of the token before */
	DT_VEC(struct dt_token) ahead;	 /* read, not yet current: v[head] is next */
	uint32_t head;
	bool panic;
	struct dt_token stopped; /* the token at which panic started */
	unsigned depth, nerrors;
	uint32_t before; /* diagnostics there were when parsing began */
	uint16_t tallest;     /* height of the tallest expression made: for types in expressions */
	struct dt_map *types; /* names typedef'd so far in this program */
	struct dt_map *vars;  /* names declared or assigned so far */
};

/* ---- tokens (parse_program.c) ---- */
void dt_p_advance(struct dt_parser *p);
/* The token n places after the current one. */
const struct dt_token *dt_p_peek(struct dt_parser *p, uint32_t n);
bool dt_p_accept(struct dt_parser *p, enum dt_tok k);
bool dt_p_expect(struct dt_parser *p, enum dt_tok k, const char *what);
/* Expects the bracket that closes the one at `open`. */
bool dt_p_close(struct dt_parser *p, enum dt_tok k, struct dt_span open);
static inline bool dt_p_is(const struct dt_parser *p, enum dt_tok k)
{
	return p->tok.kind == k;
}

/* Syntax errors: report (once) and panic. */
void dt_p_fail(struct dt_parser *p, struct dt_span at, enum dt_tag tag, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* "syntax error near X: expected `what`" */
void dt_p_unexpected(struct dt_parser *p, const char *what);
/* Ends panic; the caller skips from the token in error, with the lexer quiet. */
void dt_p_resume(struct dt_parser *p);

/* Nesting: false (and panic) when too deep. Every true needs a dt_p_leave. */
bool dt_p_enter(struct dt_parser *p);
static inline void dt_p_leave(struct dt_parser *p)
{
	p->depth--;
}

/* Splits "mod`name" at the last backquote. */
void dt_p_scoped(struct dt_parser *p, const struct dt_token *t, const char **module,
		 const char **name);
/* A word where only a name can be: keywords count. NULL after panic. */
const char *dt_p_name(struct dt_parser *p, const char *what);

/* ---- expressions (parse_expr.c) ---- */
struct dt_expr *dt_p_expr(struct dt_parser *p);	       /* with commas */
struct dt_expr *dt_p_assign_expr(struct dt_parser *p); /* without */
struct dt_expr *dt_p_cond_expr(struct dt_parser *p);   /* without assignment */

/* ---- declarations (parse_decl.c) ---- */
/* Does a type start n tokens after the current one? `closer` is what ends the place: TOK_RPAREN in
 * expressions, TOK_RBRACKET in keys. May ask opts->is_type, as a last resort. */
enum dt_typeish { TYPE_NO, TYPE_YES, TYPE_MAYBE /* a lone word */ };
enum dt_typeish dt_p_typeish(struct dt_parser *p, uint32_t n, enum dt_tok closer);
bool dt_p_ask_type(struct dt_parser *p, const struct dt_token *t);
struct dt_decl *dt_p_type_name(struct dt_parser *p);
/* specifiers and a declarator with or without a name (a parameter) */
struct dt_decl *dt_p_param(struct dt_parser *p);
void dt_p_declaration(struct dt_parser *p);
void dt_p_inline(struct dt_parser *p);
void dt_p_translator(struct dt_parser *p);
void dt_p_provider(struct dt_parser *p);
void dt_p_push_top(struct dt_parser *p, struct dt_top top);

#endif
