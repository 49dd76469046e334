/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Literals: integers, strings, character constants.
 *
 * A literal in error is reported and then stands for a harmless value, so that the parser goes on
 * and one mistake gives one message.
 */
#include "lang/lex.h"

/* ------------------------------------------------------------------ integers */

static int digit_value(char c)
{
	if (dt_is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* [uU]?[lL]?[lL]? up to the end (C's order lu, llu as well, since headers use it). */
static bool read_suffix(const char *s, uint32_t n, struct dt_token *t)
{
	unsigned u = 0, l = 0;

	for (uint32_t i = 0; i < n; i++) {
		if (s[i] == 'u' || s[i] == 'U')
			u++;
		else if (s[i] == 'l' || s[i] == 'L')
			l++;
		else
			return false;
	}
	t->is_unsigned = u > 0;
	t->is_long = l == 1;
	t->is_llong = l == 2;
	return u <= 1 && l <= 2;
}

enum dt_int_result dt_lit_int(const char *s, uint32_t n, struct dt_token *t, uint32_t *bad)
{
	unsigned base = 10;
	uint32_t i = 0;
	uint64_t v = 0;
	bool overflow = false;

	*bad = 0;
	if (!n || !dt_is_digit(s[0]))
		return INT_BAD_DIGIT;
	if (n > 2 && s[0] == '0' && (s[1] | 0x20) == 'x' && digit_value(s[2]) < 16) {
		base = 16;
		i = 2;
	} else if (s[0] == '0' && n > 1) {
		base = 8;
	}
	for (; i < n && digit_value(s[i]) < (int)base; i++) {
		unsigned d = (unsigned)digit_value(s[i]);
		overflow |= v > (UINT64_MAX - d) / base;
		v = v * base + d;
	}
	t->ival = v;
	t->is_decimal = base == 10 || (n == 1 && s[0] == '0');
	*bad = i;
	if (i < n && s[i] == '.')
		return INT_FLOAT;
	if (i < n && (s[i] | 0x20) == 'e' && base != 16 && i + 1 < n &&
	    (dt_is_digit(s[i + 1]) || s[i + 1] == '+' || s[i + 1] == '-'))
		return INT_FLOAT;
	if (!read_suffix(s + i, n - i, t))
		return INT_BAD_DIGIT;
	return overflow ? INT_OVERFLOW : INT_OK;
}

void dt_lex_number(struct dt_lexer *lx, struct dt_token *t)
{
	const char *s = lx->src->text + lx->pos;
	uint32_t n = 0, bad, from = lx->pos;
	bool name = false;

	while (dt_is_ident(s[n]) || (s[n] == '.' && s[n + 1] != '.'))
		name |= s[n++] == '`';
	lx->pos += n;
	if (name) { /* 9p`symbol */
		t->kind = TOK_IDENT;
		t->str = dt_intern_n(lx->arena, s, n);
		t->len = n;
		return;
	}
	t->kind = TOK_INT;
	if (s[0] == '.') {
		t->is_decimal = true;
		dt_lex_error(lx, from, lx->pos, D_SYNTAX,
			     "floating-point constants are not permitted");
		return;
	}
	switch (dt_lit_int(s, n, t, &bad)) {
	case INT_OK: break;
	case INT_FLOAT:
		dt_lex_error(lx, from, lx->pos, D_SYNTAX,
			     "floating-point constants are not permitted");
		break;
	case INT_OVERFLOW:
		dt_lex_error(lx, from, lx->pos, D_INT_OFLOW,
			     "integer constant %.*s is too large for 64 bits",
			     (int)(n < 80 ? n : 80), s);
		break;
	case INT_BAD_DIGIT:
		dt_lex_error(lx, from + bad, from + bad + 1, D_INT_DIGIT,
			     "integer constant %.*s contains invalid digit %c",
			     (int)(n < 80 ? n : 80), s, s[bad]);
		break;
	}
}

/* ------------------------------------------------------------------ strings */

/* One escape sequence after the backslash: its value; *used is how many characters it has. */
static char unescape_one(const char *s, uint32_t n, uint32_t *used)
{
	static const char from[] = "abfnrtv", to[] = "\a\b\f\n\r\t\v";
	const char *p = *s ? strchr(from, *s) : NULL;
	unsigned v = 0;
	uint32_t i = 0;

	*used = 1;
	if (p)
		return to[p - from];
	if (*s >= '0' && *s <= '7') {
		for (; i < 3 && i < n && s[i] >= '0' && s[i] <= '7'; i++)
			v = v * 8 + (unsigned)(s[i] - '0');
		*used = i;
		return (char)v;
	}
	if (*s == 'x' && n > 1 && digit_value(s[1]) < 16) {
		for (i = 1; i < 3 && i < n && digit_value(s[i]) < 16; i++)
			v = v * 16 + (unsigned)digit_value(s[i]);
		*used = i;
		return (char)v;
	}
	return *s; /* \\ \" \' \? and anything else: itself */
}

char *dt_lit_unescape(struct dt_arena *a, const char *s, uint32_t n, uint32_t *len)
{
	char *out = dt_alloc(a, (size_t)n + 1);
	uint32_t o = 0;

	for (uint32_t i = 0; i < n;) {
		uint32_t used = 1;
		if (s[i] != '\\' || i + 1 == n) {
			out[o++] = s[i++];
			continue;
		}
		out[o++] = unescape_one(s + i + 1, n - i - 1, &used);
		i += 1 + used;
	}
	*len = o;
	return out;
}

/* The end of the quoted text starting after the quote; at a newline or the end if not closed. */
static uint32_t quoted_end(const struct dt_lexer *lx, uint32_t pos, char quote)
{
	const char *s = lx->src->text;
	uint32_t len = lx->src->len;

	for (; pos < len && s[pos] != quote && s[pos] != '\n'; pos++)
		if (s[pos] == '\\' && pos + 1 < len && s[pos + 1] != '\n')
			pos++;
	return pos;
}

/* A string over two lines: whether the next line closes it, that is, has an odd number of quotes.
 * *end: just after the closing quote. */
static bool closed_on_next_line(const struct dt_lexer *lx, uint32_t newline, uint32_t *end)
{
	uint32_t q = quoted_end(lx, newline + 1, '"'), count = 0;

	*end = q + 1;
	while (q < lx->src->len && lx->src->text[q] == '"') {
		count++;
		q = quoted_end(lx, q + 1, '"');
	}
	return count % 2;
}

void dt_lex_string(struct dt_lexer *lx, struct dt_token *t)
{
	uint32_t from = lx->pos, end = quoted_end(lx, from + 1, '"'), after;
	bool closed = end < lx->src->len && lx->src->text[end] == '"';

	t->kind = closed ? TOK_STRING : TOK_ERROR;
	char *s = dt_lit_unescape(lx->arena, lx->src->text + from + 1, end - from - 1, &t->len);
	t->str = dt_intern_n(lx->arena, s, t->len);
	lx->pos = closed ? end + 1 : end;
	if (closed)
		return;
	if (end == lx->src->len) {
		dt_lex_error(lx, from, end, D_SYNTAX,
			     "string is not closed at the end of the program");
		return;
	}
	dt_lex_error(lx, from, end, D_STR_NL, "newline in string constant");
	if (closed_on_next_line(lx, end, &after)) {
		t->kind = TOK_STRING;
		lx->pos = after;
	}
}

/* LEX-11: 'abcd' is packed so that the last character is the least significant byte. */
void dt_lex_char(struct dt_lexer *lx, struct dt_token *t)
{
	uint32_t from = lx->pos, end = quoted_end(lx, from + 1, '\''), n;
	bool closed = end < lx->src->len && lx->src->text[end] == '\'';
	const char *s = dt_lit_unescape(lx->arena, lx->src->text + from + 1, end - from - 1, &n);

	t->kind = closed ? TOK_CHAR : TOK_ERROR;
	lx->pos = closed ? end + 1 : end;
	if (!closed && end == lx->src->len)
		dt_lex_error(lx, from, end, D_SYNTAX,
			     "character constant is not closed at the end of the program");
	else if (!closed)
		dt_lex_error(lx, from, end, D_CHR_NL, "newline in character constant");
	else if (!n)
		dt_lex_error(lx, from, end + 1, D_CHR_NULL, "empty character constant");
	else if (n > 8)
		dt_lex_error(lx, from, end + 1, D_CHR_OFLOW,
			     "character constant is longer than 8 characters");
	for (uint32_t i = 0; i < n && n <= 8; i++)
		t->ival = t->ival << 8 | (unsigned char)s[i];
	if (n == 1) /* a plain char, which is signed */
		t->ival = (uint64_t)(int64_t)(signed char)s[0];
}
