/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lexer: characters to tokens, and the modes of token.h.
 *
 * In outer mode a run of description characters is one token. Whether such a word starts a
 * declaration instead is decided by what follows it (a description is never followed by another
 * word), so that the kernel's types are consulted only for a word that looks like one.
 *
 * "/" closes a predicate if what comes next, comments skipped, cannot continue an expression
 * (LEX-14). "//" is a comment everywhere.
 */
#include "lang/lex.h"

void dt_lex_init(struct dt_lexer *lx, struct dt_diags *d, struct dt_source *src,
		 const struct dt_parse_opts *opts, struct dt_program *prog)
{
	*lx = (struct dt_lexer){.diags = d,
				.arena = d->arena,
				.src = src,
				.opts = opts,
				.prog = prog,
				.mode = LEX_OUTER,
				.prev = TOK_EOF,
				.bol = true};
}

struct dt_span dt_lex_span(const struct dt_lexer *lx, uint32_t from, uint32_t to)
{
	return (struct dt_span){lx->src->id, from, to};
}

void dt_lex_error(struct dt_lexer *lx, uint32_t from, uint32_t to, enum dt_tag tag, const char *fmt,
		  ...)
{
	va_list ap;

	if (lx->quiet)
		return;
	va_start(ap, fmt);
	const char *text = dt_vasprintf(lx->arena, fmt, ap);
	va_end(ap);
	dt_error(lx->diags, dt_lex_span(lx, from, to), tag, "%s", text);
}

static const char *const spellings[] = {
#define DT_TOKEN(name, text) text,
#include "lang/tokens.def"
#undef DT_TOKEN
};

const char *dt_tok_name(enum dt_tok t)
{
	return (unsigned)t < TOK_COUNT ? spellings[t] : spellings[TOK_ERROR];
}

enum dt_tok dt_keyword(const char *s, uint32_t n)
{
	int lo = TOK_KW_FIRST, hi = TOK_KW_LAST; /* in alphabetical order */

	while (lo <= hi) {
		int mid = (lo + hi) / 2;
		int c = strncmp(s, spellings[mid], n);
		if (!c && spellings[mid][n])
			c = -1;
		if (!c)
			return (enum dt_tok)mid;
		if (c < 0)
			hi = mid - 1;
		else
			lo = mid + 1;
	}
	return TOK_IDENT;
}

/* ------------------------------------------------------------------ blanks and comments */

static char at(const struct dt_lexer *lx, uint32_t pos)
{
	return pos < lx->src->len ? lx->src->text[pos] : '\0';
}

/* Skips a comment at pos; returns pos if there is none. *bad: it is nested or not closed. */
static uint32_t skip_comment(const struct dt_lexer *lx, uint32_t pos, const char **bad)
{
	const char *s = lx->src->text;
	uint32_t len = lx->src->len;

	if (at(lx, pos) != '/')
		return pos;
	if (at(lx, pos + 1) == '/') {
		while (pos < len && s[pos] != '\n')
			pos++;
		return pos;
	}
	if (at(lx, pos + 1) != '*')
		return pos;
	for (pos += 2; pos < len; pos++) {
		if (s[pos] == '*' && at(lx, pos + 1) == '/')
			return pos + 2;
		if (s[pos] == '/' && at(lx, pos + 1) == '*')
			*bad = "/* inside a comment";
	}
	*bad = "comment is not closed";
	return len;
}

/* Where the next significant character is: without side effects (no control lines). */
static uint32_t look_past(const struct dt_lexer *lx, uint32_t pos)
{
	const char *bad;

	for (;;) {
		uint32_t from = pos;
		while (dt_is_blank(at(lx, pos)))
			pos++;
		pos = skip_comment(lx, pos, &bad);
		if (pos == from)
			return pos;
	}
}

static void skip_blanks(struct dt_lexer *lx)
{
	for (;;) {
		char c = at(lx, lx->pos);
		if (c == '\n') {
			lx->bol = true;
			lx->pos++;
		} else if (dt_is_blank(c)) {
			lx->pos++;
		} else if (c == '\\' && at(lx, lx->pos + 1) == '\n') {
			lx->pos += 2;
		} else if (c == '\\' && at(lx, lx->pos + 1) == '\r' &&
			   at(lx, lx->pos + 2) == '\n') {
			lx->pos += 3;
		} else if (c == '#' && lx->bol) {
			dt_control_line(lx);
		} else {
			const char *bad = NULL;
			uint32_t end = skip_comment(lx, lx->pos, &bad);
			if (end == lx->pos)
				return;
			if (bad)
				dt_lex_error(lx, lx->pos, lx->pos + 2, D_SYNTAX, "%s", bad);
			lx->pos = end;
		}
	}
}

/* ------------------------------------------------------------------ outer mode */

/* Keywords that start a declaration at file scope; the second group has braces or "=" in it. */
static bool starts_decl(enum dt_tok kw)
{
	switch (kw) {
	case TOK_AUTO:
	case TOK_CHAR_KW:
	case TOK_CONST:
	case TOK_DOUBLE:
	case TOK_ENUM:
	case TOK_EXTERN:
	case TOK_FLOAT:
	case TOK_IMPORT:
	case TOK_INT_KW:
	case TOK_LONG:
	case TOK_REGISTER:
	case TOK_RESTRICT:
	case TOK_SELF:
	case TOK_SHORT:
	case TOK_SIGNED:
	case TOK_STATIC:
	case TOK_STRING_KW:
	case TOK_STRUCT:
	case TOK_THIS:
	case TOK_TYPEDEF:
	case TOK_UNION:
	case TOK_UNSIGNED:
	case TOK_USERLAND:
	case TOK_VOID:
	case TOK_VOLATILE:
	case TOK_COUNTER:
	case TOK_INLINE:
	case TOK_PROVIDER:
	case TOK_TRANSLATOR: return true;
	default: return false;
	}
}

/* Compiler extensions a declaration in a C header may start with (parse_decl.c knows them all). */
static bool is_header_word(const char *s, uint32_t n)
{
	static const char *const words[] = {"__extension__", "__inline", "__inline__", "_Noreturn",
					    "__attribute__", "_Bool",    "__signed__", "__const"};

	for (size_t i = 0; *s == '_' && i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == n && !memcmp(words[i], s, n))
			return true;
	return false;
}

static bool is_desc_char(char c)
{
	return dt_is_ident(c) || (c && strchr("-$:.?*\\[]!", c)) || (unsigned char)c >= 0x80;
}

/* The end of the run of description characters at pos; "\" takes the next character along. */
static uint32_t desc_end(const struct dt_lexer *lx, uint32_t pos)
{
	while (is_desc_char(at(lx, pos))) {
		if (at(lx, pos) == '\\') {
			if (pos + 1 >= lx->src->len || dt_is_blank(at(lx, pos + 1)))
				break;
			pos++;
		}
		pos++;
	}
	return pos;
}

/* PD-02: does the word [from, end) start a declaration? */
static bool is_declaration(struct dt_lexer *lx, uint32_t from, uint32_t end)
{
	const char *s = lx->src->text + from;
	uint32_t n = end - from, word = 0;

	if (lx->opts->rightmost != DT_PD_NAME)
		return false; /* -P string, -m self: names, whatever they are */
	while (word < n && dt_is_ident(s[word]))
		word++;
	if (word == n || s[word] == '*') {
		if (starts_decl(dt_keyword(s, word)) || is_header_word(s, word))
			return true;
	}
	if (lx->opts->pspec || !dt_is_ident_start(s[0]) || (word < n && s[word] != '*'))
		return false;
	for (uint32_t i = word; i < n; i++)
		if (!dt_is_ident(s[i]) && s[i] != '*')
			return false;
	/* Two words in a row, or a word that is not followed by what may follow a description. */
	char next = at(lx, look_past(lx, end));
	if (!dt_is_ident_start(next) && next != '(' && next != '*' && !(next == ';' && word < n))
		return false;
	return !lx->type_name || lx->type_name(lx->type_ctx, dt_strndup(lx->arena, s, word));
}

/* A probe id or description. False if there is neither, or if a declaration starts here. */
static bool lex_outer(struct dt_lexer *lx, struct dt_token *t)
{
	uint32_t from = lx->pos, end = desc_end(lx, from), bad;
	const char *s = lx->src->text + from;

	if (end == from)
		return false;
	if (dt_is_digit(*s) && dt_lit_int(s, end - from, t, &bad) == INT_OK) {
		t->kind = TOK_INT;
	} else if (is_declaration(lx, from, end)) {
		lx->mode = LEX_DECL;
		lx->depth = 0;
		return false;
	} else {
		t->kind = TOK_PSPEC;
		t->str = dt_intern_n(lx->arena, s, end - from);
		t->len = end - from;
	}
	lx->pos = end;
	return true;
}

/* ------------------------------------------------------------------ C-like modes */

static void lex_word(struct dt_lexer *lx, struct dt_token *t)
{
	const char *s = lx->src->text + lx->pos;
	uint32_t n = 0;

	while (dt_is_ident(s[n]))
		n++;
	t->kind = lx->prev == TOK_DOT || lx->prev == TOK_ARROW ? TOK_IDENT : dt_keyword(s, n);
	t->str = dt_intern_n(lx->arena, s, n);
	t->len = n;
	lx->pos += n;
}

static void lex_aggregation(struct dt_lexer *lx, struct dt_token *t)
{
	const char *s = lx->src->text + lx->pos + 1;
	uint32_t n = 0;

	while (dt_is_ident(s[n]) && s[n] != '`')
		n++;
	t->kind = TOK_AGG;
	t->str = n ? dt_intern_n(lx->arena, s, n) : dt_intern(lx->arena, "_");
	t->len = n ? n : 1;
	lx->pos += n + 1;
}

/* The longest operator at pos, or TOK_ERROR. */
static enum dt_tok operator_at(const struct dt_lexer *lx, uint32_t pos, uint32_t *len)
{
	enum dt_tok best = TOK_ERROR;

	*len = 0;
	for (int k = TOK_LPAREN; k <= TOK_ARROW; k++) {
		uint32_t n = (uint32_t)strlen(spellings[k]);
		if (n > *len && pos + n <= lx->src->len &&
		    !memcmp(lx->src->text + pos, spellings[k], n)) {
			best = (enum dt_tok)k;
			*len = n;
		}
	}
	return best;
}

static void lex_stray(struct dt_lexer *lx, struct dt_token *t)
{
	uint32_t from = lx->pos, end = from + 1, n;

	/* One message for a whole run of nonsense. */
	while (end < lx->src->len && !dt_is_ident(at(lx, end)) && !dt_is_blank(at(lx, end)) &&
	       !strchr("\"'@$#", at(lx, end)) && operator_at(lx, end, &n) == TOK_ERROR)
		end++;
	unsigned char c = (unsigned char)at(lx, from);
	if (c > ' ' && c < 0x7f)
		dt_lex_error(lx, from, end, D_SYNTAX, "syntax error near \"%c\"", c);
	else
		dt_lex_error(lx, from, end, D_SYNTAX,
			     "syntax error: character \\%03o has no place in a program", c);
	t->kind = TOK_ERROR;
	lx->pos = end;
}

/* The effect of an operator on the mode. */
static void switch_mode(struct dt_lexer *lx, enum dt_tok kind)
{
	switch (kind) {
	case TOK_LBRACE:
		/* Also in a predicate, which has no braces: its "/" is missing. */
		if (lx->mode == LEX_OUTER || lx->mode == LEX_PRED) {
			lx->mode = LEX_BODY;
			lx->depth = 0;
		}
		lx->depth++;
		break;
	case TOK_RBRACE:
		if (lx->depth > 0)
			lx->depth--;
		if (lx->mode == LEX_BODY && lx->depth == 0)
			lx->mode = LEX_OUTER;
		break;
	case TOK_SEMI:
		if (lx->mode == LEX_DECL && lx->depth == 0)
			lx->mode = LEX_OUTER;
		break;
	case TOK_PRED_OPEN: lx->mode = LEX_PRED; break;
	case TOK_PRED_CLOSE: lx->mode = LEX_OUTER; break;
	default: break;
	}
}

/* LEX-14. A "/=" that is followed by nothing but "{" is no assignment either. */
static bool closes_predicate(const struct dt_lexer *lx)
{
	uint32_t next = look_past(lx, lx->pos + 1);

	return next >= lx->src->len || strchr("{;/", lx->src->text[next]);
}

static void lex_operator(struct dt_lexer *lx, struct dt_token *t)
{
	uint32_t len;

	t->kind = operator_at(lx, lx->pos, &len);
	if (t->kind == TOK_ERROR) {
		lex_stray(lx, t);
		return;
	}
	if (t->kind == TOK_DIV && lx->mode == LEX_OUTER)
		t->kind = TOK_PRED_OPEN;
	else if (t->kind == TOK_DIV && lx->mode == LEX_PRED && closes_predicate(lx))
		t->kind = TOK_PRED_CLOSE;
	lx->pos += len;
	switch_mode(lx, t->kind);
}

void dt_lex_next(struct dt_lexer *lx, struct dt_token *t)
{
	skip_blanks(lx);
	*t = (struct dt_token){.bol = lx->bol, .top = lx->mode == LEX_OUTER};
	lx->bol = false;

	uint32_t from = lx->pos;
	char c = at(lx, from);
	if (from >= lx->src->len)
		t->kind = TOK_EOF;
	else if (lx->mode == LEX_OUTER && lex_outer(lx, t))
		;
	else if (dt_is_ident_start(c))
		lex_word(lx, t);
	else if (dt_is_digit(c) || (c == '.' && dt_is_digit(at(lx, from + 1))))
		dt_lex_number(lx, t);
	else if (c == '"')
		dt_lex_string(lx, t);
	else if (c == '\'')
		dt_lex_char(lx, t);
	else if (c == '@')
		lex_aggregation(lx, t);
	else if (c == '$')
		dt_lex_macro(lx, t);
	else
		lex_operator(lx, t);
	t->span = dt_lex_span(lx, from, lx->pos);
	lx->prev = t->kind;
}

/* ------------------------------------------------------------------ -xdump=tok */

static const char *const tok_ids[] = {
#define DT_TOKEN(name, text) #name,
#include "lang/tokens.def"
#undef DT_TOKEN
};

void dt_lex_dump(struct dt_lexer *lx, FILE *out)
{
	struct dt_token t;
	uint32_t line, col;

	do {
		dt_lex_next(lx, &t);
		dt_span_where(lx->diags, t.span, NULL, &line, &col);
		fprintf(out, "%u:%u %s", line, col, tok_ids[t.kind] + strlen("TOK_"));
		if (t.kind == TOK_INT || t.kind == TOK_CHAR)
			fprintf(out, " %s%llu%s%s%s", t.negative ? "-" : "",
				(unsigned long long)t.ival, t.is_unsigned ? "u" : "",
				t.is_llong  ? "ll"
				: t.is_long ? "l"
					    : "",
				t.kind == TOK_INT && !t.is_decimal ? " (not decimal)" : "");
		else if (t.kind == TOK_STRING)
			dt_dump_string(out, t.str, t.len);
		else if (t.str)
			fprintf(out, " %s", t.str);
		else if (t.kind >= TOK_PRED_OPEN)
			fprintf(out, " %s", dt_tok_name(t.kind));
		fputs(t.from_macro ? " (macro)\n" : "\n", out);
	} while (t.kind != TOK_EOF);
}

/* The parser reads the text again: errors, options and line marks are left to it. */
static bool first_reading(struct dt_lexer *lx, struct dt_diags *d, struct dt_parse_opts *o,
			  struct dt_arena *a, const struct dt_source *src)
{
	struct dt_source *copy;

	dt_diags_init(d, a);
	o->set_option = NULL;
	copy = dt_source_add(d, src->kind, src->name, src->text, src->len);
	if (copy)
		dt_lex_init(lx, d, copy, o, NULL);
	return copy != NULL;
}

void dt_tok_dump(struct dt_diags *diags, struct dt_source *src, const struct dt_parse_opts *opts,
		 FILE *out)
{
	struct dt_parse_opts o = *opts;
	struct dt_diags d;
	struct dt_lexer lx;

	o.depends_on = NULL;
	if (first_reading(&lx, &d, &o, diags->arena, src))
		dt_lex_dump(&lx, out);
}

void dt_parse_depends(struct dt_diags *diags, const struct dt_source *src,
		      const struct dt_parse_opts *opts)
{
	struct dt_parse_opts o = *opts;
	struct dt_token t;
	struct dt_diags d;
	struct dt_lexer lx;

	if (!first_reading(&lx, &d, &o, diags->arena, src))
		return;
	do
		dt_lex_next(&lx, &t);
	while (t.kind != TOK_EOF);
}
