/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Macro variables: $pid and its like, $target, and the arguments $0 $1 ... ($$ makes a string).
 *
 * One macro variable is one token: its text is never lexed as a program, so an argument cannot
 * change what a program does otherwise than by its value. Probe descriptions expand them inside a
 * field (parse_program.c).
 */
#include <limits.h>
#include <stddef.h>
#include "lang/lex.h"

static const struct {
	const char *name;
	size_t off;
} ids[] = {
	{"egid", offsetof(struct dt_macros, egid)},     {"euid", offsetof(struct dt_macros, euid)},
	{"gid", offsetof(struct dt_macros, gid)},       {"pid", offsetof(struct dt_macros, pid)},
	{"pgid", offsetof(struct dt_macros, pgid)},     {"ppid", offsetof(struct dt_macros, ppid)},
	{"sid", offsetof(struct dt_macros, sid)},       {"uid", offsetof(struct dt_macros, uid)},
	{"target", offsetof(struct dt_macros, target)},
};

static enum dt_macro_result read_argument(const struct dt_parse_opts *opts, const char *s,
					  uint32_t n, struct dt_macro_value *v)
{
	const struct dt_macros *m = &opts->macros;
	int64_t idx = 0;

	for (uint32_t i = 0; i < n; i++) {
		idx = idx * 10 + (s[i] - '0');
		if (idx > INT_MAX)
			return MACRO_OFLOW;
	}
	if (idx == 0 && m->arg0) {
		v->text = m->arg0;
	} else if (idx > 0 && idx <= m->argc) {
		v->text = m->argv[idx - 1];
		if (m->used)
			m->used[idx - 1] = true;
	} else if (opts->defaultargs) {
		v->text = v->is_string ? "" : "0";
	} else {
		return MACRO_UNDEF;
	}
	return MACRO_OK;
}

enum dt_macro_result dt_macro_read(struct dt_arena *a, const struct dt_parse_opts *opts,
				   const char *s, const char *end, uint32_t *len,
				   struct dt_macro_value *v)
{
	const char *p = s + 1;

	*v = (struct dt_macro_value){0};
	if (p < end && *p == '$') {
		v->is_string = true;
		p++;
	}
	const char *name = p;
	if (p < end && dt_is_digit(*p)) {
		while (p < end && dt_is_digit(*p))
			p++;
		*len = (uint32_t)(p - s);
		return read_argument(opts, name, (uint32_t)(p - name), v);
	}
	while (p < end && dt_is_ident(*p) && *p != '`')
		p++;
	*len = (uint32_t)(p - s);
	if (p == name)
		return MACRO_NONE;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		if (strlen(ids[i].name) == (size_t)(p - name) &&
		    !memcmp(ids[i].name, name, (size_t)(p - name))) {
			v->is_id = true;
			v->id = *(const int64_t *)((const char *)&opts->macros + ids[i].off);
			v->text = dt_asprintf(a, "%lld", (long long)v->id);
			return MACRO_OK;
		}
	}
	return MACRO_UNDEF;
}

static void set_int(struct dt_token *t, int64_t v)
{
	t->kind = TOK_INT;
	t->is_decimal = true;
	t->negative = v < 0;
	t->ival = v < 0 ? -(uint64_t)v : (uint64_t)v;
}

static void set_string(struct dt_lexer *lx, struct dt_token *t, const char *s, size_t n)
{
	if (n >= 2 && s[0] == '"' && s[n - 1] == '"') {
		s++;
		n -= 2;
	}
	const char *text = dt_lit_unescape(lx->arena, s, (uint32_t)n, &t->len);
	t->kind = TOK_STRING;
	t->str = dt_intern_n(lx->arena, text, t->len);
}

static bool is_type_word(enum dt_tok k)
{
	switch (k) {
	case TOK_CHAR_KW:
	case TOK_DOUBLE:
	case TOK_FLOAT:
	case TOK_INT_KW:
	case TOK_LONG:
	case TOK_SHORT:
	case TOK_SIGNED:
	case TOK_STRING_KW:
	case TOK_UNSIGNED:
	case TOK_VOID: return true;
	default: return false;
	}
}

/* MAC-12: an integer if it scans as one, a name if it scans as one, otherwise a string. */
static enum dt_macro_result set_argument(struct dt_lexer *lx, struct dt_token *t, const char *s)
{
	size_t n = strlen(s), name = 0, sign = *s == '-' || *s == '+';
	uint32_t bad;

	if (n > DT_SOURCE_MAX)
		return MACRO_OFLOW;
	if (dt_is_digit(s[sign])) {
		enum dt_int_result r = dt_lit_int(s + sign, (uint32_t)(n - sign), t, &bad);
		if (r == INT_OVERFLOW)
			return MACRO_OFLOW;
		if (r == INT_OK) {
			t->kind = TOK_INT;
			t->negative = *s == '-';
			return MACRO_OK;
		}
		t->ival = 0;
		t->is_unsigned = t->is_long = t->is_llong = t->is_decimal = false;
	}
	while (dt_is_ident(s[name]))
		name++;
	if (n && name == n && dt_is_ident_start(s[0])) {
		enum dt_tok kw = dt_keyword(s, (uint32_t)n);
		bool member = lx->prev == TOK_DOT || lx->prev == TOK_ARROW;
		t->kind = is_type_word(kw) && !member ? kw : TOK_IDENT;
		t->str = dt_intern_n(lx->arena, s, n);
		t->len = (uint32_t)n;
		return MACRO_OK;
	}
	set_string(lx, t, s, n);
	return MACRO_OK;
}

void dt_lex_macro(struct dt_lexer *lx, struct dt_token *t)
{
	const char *s = lx->src->text + lx->pos;
	uint32_t from = lx->pos, n;
	struct dt_macro_value v;
	enum dt_macro_result r =
		dt_macro_read(lx->arena, lx->opts, s, lx->src->text + lx->src->len, &n, &v);

	lx->pos += n;
	t->from_macro = true;
	if (r == MACRO_OK && v.is_string) {
		if (strlen(v.text) > DT_SOURCE_MAX)
			r = MACRO_OFLOW;
		else
			set_string(lx, t, v.text, strlen(v.text));
	} else if (r == MACRO_OK && v.is_id) {
		set_int(t, v.id);
	} else if (r == MACRO_OK) {
		r = set_argument(lx, t, v.text);
	}

	int shown = (int)(n < 80 ? n : 80);
	if (r == MACRO_OK)
		return;
	set_int(t, 0);
	if (r == MACRO_NONE) {
		dt_lex_error(lx, from, lx->pos, D_SYNTAX, "syntax error near \"%.*s\"", shown, s);
		t->kind = TOK_ERROR;
	} else if (r == MACRO_UNDEF) {
		dt_lex_error(lx, from, lx->pos, D_MACRO_UNDEF,
			     dt_is_digit(s[n - 1]) ? "macro argument %.*s is not defined"
						   : "macro variable %.*s is not defined",
			     shown, s);
	} else {
		dt_lex_error(lx, from, lx->pos, D_MACRO_OFLOW,
			     "macro argument %.*s is out of range", shown, s);
	}
}
