/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The program: clauses with their probe descriptions, predicates and statements; and what all
 * parser files share, token handling and recovery.
 */
#include "lang/parser.h"

#define ERRORS_MAX 20 /* syntax errors in one program; then the rest is not read */

/* ------------------------------------------------------------------ tokens */

void dt_p_advance(struct dt_parser *p)
{
	if (p->panic)
		return;
	p->last = p->tok.span;
	if (p->head < p->ahead.n) {
		p->tok = p->ahead.v[p->head++];
		if (p->head == p->ahead.n)
			p->head = p->ahead.n = 0;
		return;
	}
	dt_lex_next(&p->lx, &p->tok);
}

const struct dt_token *dt_p_peek(struct dt_parser *p, uint32_t n)
{
	if (n == 0 || p->panic)
		return &p->tok;
	while (p->ahead.n - p->head < n) {
		struct dt_token t;
		dt_lex_next(&p->lx, &t);
		dt_vec_push(p->arena, &p->ahead, t);
	}
	return &p->ahead.v[p->head + n - 1];
}

bool dt_p_accept(struct dt_parser *p, enum dt_tok k)
{
	if (p->tok.kind != k)
		return false;
	dt_p_advance(p);
	return true;
}

bool dt_p_expect(struct dt_parser *p, enum dt_tok k, const char *what)
{
	if (dt_p_accept(p, k))
		return true;
	dt_p_unexpected(p, what);
	return false;
}

/* The token as written, cut to a reasonable length, quoted; or "end of input". */
static const char *token_text(struct dt_parser *p, const struct dt_token *t)
{
	uint32_t n = t->span.end - t->span.off;

	if (t->kind == TOK_EOF)
		return "end of input";
	return dt_asprintf(p->arena, "\"%.*s%s\"", (int)(n > 40 ? 40 : n),
			   p->lx.src->text + t->span.off, n > 40 ? "..." : "");
}

bool dt_p_close(struct dt_parser *p, enum dt_tok k, struct dt_span open)
{
	uint32_t line;

	if (dt_p_accept(p, k))
		return true;
	dt_span_where(p->diags, open, NULL, &line, NULL);
	dt_p_unexpected(p, dt_asprintf(p->arena, "\"%s\" to close \"%.1s\" of line %u",
				       dt_tok_name(k), p->lx.src->text + open.off, line));
	return false;
}

static void panic(struct dt_parser *p)
{
	p->panic = true;
	p->stopped = p->tok;
	p->tok.kind = TOK_ERROR;
	p->nerrors++;
}

void dt_p_fail(struct dt_parser *p, struct dt_span at, enum dt_tag tag, const char *fmt, ...)
{
	va_list ap;

	if (p->panic)
		return;
	va_start(ap, fmt);
	dt_error(p->diags, at, tag, "%s", dt_vasprintf(p->arena, fmt, ap));
	va_end(ap);
	panic(p);
}

static const char *hint_for(const struct dt_token *t)
{
	switch (t->kind) {
	case TOK_FOR:
	case TOK_WHILE:
	case TOK_DO: return "D has no loops";
	case TOK_SWITCH:
	case TOK_CASE: return "D has no switch; use if and else";
	case TOK_GOTO:
	case TOK_BREAK:
	case TOK_CONTINUE: return "D has no jumps";
	default: return NULL;
	}
}

void dt_p_unexpected(struct dt_parser *p, const char *what)
{
	if (p->panic)
		return;
	/* A token in error was reported by the lexer; the end of the text is often a consequence.
	 */
	if (p->tok.kind != TOK_ERROR && !(p->tok.kind == TOK_EOF && p->diags->list.n > p->before)) {
		struct dt_diagnostic *g =
			dt_error(p->diags, p->tok.span, D_SYNTAX,
				 "syntax error near %s: expected %s", token_text(p, &p->tok), what);
		g->hint = hint_for(&p->tok);
	}
	panic(p);
}

void dt_p_resume(struct dt_parser *p)
{
	p->panic = false;
	p->tok = p->stopped;
	if (p->nerrors < ERRORS_MAX)
		return;
	/* Enough: read the rest as if the program ended here. */
	p->lx.pos = p->lx.src->len;
	p->head = p->ahead.n = 0;
	p->tok.kind = TOK_EOF;
}

bool dt_p_enter(struct dt_parser *p)
{
	if (p->panic)
		return false;
	if (p->depth < DT_NEST_MAX) {
		p->depth++;
		return true;
	}
	dt_p_fail(p, p->tok.span, D_SYNTAX, "nested too deeply: the limit is %d levels",
		  DT_NEST_MAX);
	return false;
}

void dt_p_scoped(struct dt_parser *p, const struct dt_token *t, const char **module,
		 const char **name)
{
	const char *tick = strrchr(t->str, '`');

	*module = tick ? dt_intern_n(p->arena, t->str, (size_t)(tick - t->str)) : NULL;
	*name = tick ? dt_intern(p->arena, tick + 1) : t->str;
	if (tick && !tick[1])
		dt_p_fail(p, t->span, D_SYNTAX, "syntax error near \"%s\": a name must follow `",
			  t->str);
}

const char *dt_p_name(struct dt_parser *p, const char *what)
{
	const char *name = p->tok.str;
	enum dt_tok k = p->tok.kind;

	if (k != TOK_IDENT && !(k >= TOK_KW_FIRST && k <= TOK_KW_LAST)) {
		dt_p_unexpected(p, what);
		return NULL;
	}
	if (strchr(name, '`')) {
		dt_p_fail(p, p->tok.span, D_SYNTAX, "syntax error near \"%s\": ` in %s", name,
			  what);
		return NULL;
	}
	dt_p_advance(p);
	return name;
}

/* ------------------------------------------------------------------ recovery */

static void skip(struct dt_parser *p)
{
	p->lx.quiet = true;
	dt_p_advance(p);
	p->lx.quiet = false;
}

/* After an error in a statement: to the end of it, so that the block can go on. */
static void recover_statement(struct dt_parser *p)
{
	unsigned braces = 0, parens = 0;

	dt_p_resume(p);
	for (; !dt_p_is(p, TOK_EOF) && !p->tok.top; skip(p)) {
		switch (p->tok.kind) {
		case TOK_LPAREN: parens++; break;
		case TOK_RPAREN: parens -= parens > 0; break;
		case TOK_LBRACE: braces++; break;
		case TOK_RBRACE:
			if (braces == 0)
				return;
			if (--braces > 0)
				break;
			skip(p);
			if (!dt_p_is(p, TOK_ELSE))
				return;
			break;
		case TOK_SEMI:
			if (braces || parens)
				break;
			skip(p);
			return;
		default: break;
		}
	}
}

/* Is the token at the very beginning of a line? Only things of file scope are, as a rule. */
static bool at_margin(const struct dt_parser *p, const struct dt_token *t)
{
	uint32_t off = t->span.off;

	return t->bol && (off == 0 || p->lx.src->text[off - 1] == '\n');
}

/* After an error at file scope: to where the next clause or declaration may start. */
static void recover_top(struct dt_parser *p, uint32_t started)
{
	uint32_t error = p->stopped.span.off;

	dt_p_resume(p);
	for (;; skip(p)) {
		struct dt_token t = p->tok;
		if (t.kind == TOK_EOF)
			return;
		if (t.span.off == started || (t.span.off == error && !t.bol))
			continue;
		if (t.top && (t.kind == TOK_PSPEC || t.kind == TOK_INT || p->lx.mode == LEX_DECL))
			return;
		if (p->lx.mode == LEX_DECL && p->lx.depth == 0 && t.str && at_margin(p, &t)) {
			/* A declaration without ";": read this line as file scope. */
			p->lx.mode = LEX_OUTER;
			p->lx.pos = t.span.off;
			p->lx.prev = TOK_EOF;
			p->head = p->ahead.n = 0;
			dt_lex_next(&p->lx, &p->tok);
			return;
		}
	}
}

/* After an error in a predicate: to its end, so that the body is still read. */
static void recover_predicate(struct dt_parser *p)
{
	dt_p_resume(p);
	while (!dt_p_is(p, TOK_EOF) && !dt_p_is(p, TOK_LBRACE) && !p->tok.top)
		skip(p);
}

/* ------------------------------------------------------------------ probe descriptions */

static const struct {
	const char *name;
	unsigned max; /* bytes with NUL (PD-13); functions as long as the kernel's KSYM_NAME_LEN */
} fields[] = {{"provider", 64}, {"module", 64}, {"function", 512}, {"name", 64}};

/* Errors in a description are reported without panic: the rest of the clause can be read. */
static bool desc_error(struct dt_parser *p, struct dt_span at, enum dt_tag tag, const char *fmt,
		       ...)
{
	va_list ap;

	va_start(ap, fmt);
	dt_error(p->diags, at, tag, "%s", dt_vasprintf(p->arena, fmt, ap));
	va_end(ap);
	return false;
}

/* What the macro variable at s stands for in a description; NULL after reporting. */
static const char *macro_text(struct dt_parser *p, struct dt_span at, const char *s,
			      const char *end, uint32_t *n)
{
	struct dt_macro_value v;
	enum dt_macro_result r = dt_macro_read(p->arena, p->opts, s, end, n, &v);
	int shown = (int)(*n > 80 ? 80 : *n);

	switch (r) {
	case MACRO_OK: break;
	case MACRO_NONE: return "$"; /* symbols may contain it */
	case MACRO_UNDEF:
		desc_error(p, at, D_PDESC_INVAL,
			   "undefined macro variable %.*s in probe description", shown, s);
		return NULL;
	case MACRO_OFLOW:
		desc_error(p, at, D_MACRO_OFLOW, "macro argument %.*s is out of range", shown, s);
		return NULL;
	}
	if (!strchr(v.text, ':'))
		return v.text;
	desc_error(p, at, D_PDESC_INVAL,
		   "macro variable %.*s in a probe description contains \":\"", shown, s);
	return NULL;
}

/* PD-08: the field's macro variables replaced by their text. NULL after reporting. */
static const char *expand_field(struct dt_parser *p, struct dt_span at, const char *s,
				const char *end, const char *what, unsigned max)
{
	char *out = dt_alloc(p->arena, max);
	size_t len = 0;

	while (s < end) {
		const char *text = s;
		size_t n = 1;
		uint32_t used = 1;
		if (*s == '$') {
			if (!(text = macro_text(p, at, s, end, &used)))
				return NULL;
			n = strlen(text);
		}
		if (len + n >= max) {
			desc_error(p, at, D_PDESC_INVAL,
				   "%s in probe description is longer than %u bytes", what,
				   max - 1);
			return NULL;
		}
		memcpy(out + len, text, n);
		len += n;
		s += used;
	}
	return dt_intern_n(p->arena, out, len);
}

static bool desc_id(struct dt_parser *p, struct dt_span at, uint64_t id, struct dt_pdesc *out)
{
	if (p->opts->rightmost != DT_PD_NAME && p->opts->rightmost != DT_PD_ID)
		return desc_error(p, at, D_PDESC_INVAL,
				  "probe identifier %llu not permitted when specifying functions, "
				  "modules or providers",
				  (unsigned long long)id);
	if (id == 0 || id > INT32_MAX)
		return desc_error(p, at, D_PDESC_INVAL, "probe identifier %llu is out of range",
				  (unsigned long long)id);
	out->id = (uint32_t)id;
	return true;
}

/* -i: the word must be a number once its macros are expanded. */
static bool desc_id_text(struct dt_parser *p, const struct dt_token *t, struct dt_pdesc *out)
{
	const char *s = expand_field(p, t->span, t->str, t->str + t->len, "probe identifier", 64);
	struct dt_token n;
	uint32_t bad;

	if (!s)
		return false;
	if (dt_lit_int(s, (uint32_t)strlen(s), &n, &bad) == INT_OK)
		return desc_id(p, t->span, n.ival, out);
	return desc_error(p, t->span, D_PDESC_INVAL, "invalid probe identifier \"%s\"", s);
}

/* PD-03: fields from right to left; "\:" does not separate. */
static bool desc_fields(struct dt_parser *p, const struct dt_token *t, struct dt_pdesc *out)
{
	const char **slots[] = {&out->prov, &out->mod, &out->func, &out->name};
	static const int rightmost[] = {[DT_PD_NAME] = 3,
					[DT_PD_FUNC] = 2,
					[DT_PD_MOD] = 1,
					[DT_PD_PROV] = 0,
					[DT_PD_ID] = 3};
	const char *text = t->str, *end = text + t->len;

	for (int i = rightmost[p->opts->rightmost]; i >= 0; i--) {
		const char *s = end;
		while (s > text && !(s[-1] == ':' && !(s - 1 > text && s[-2] == '\\')))
			s--;
		const char *f = expand_field(p, t->span, s, end, fields[i].name, fields[i].max);
		if (!f)
			return false;
		*slots[i] = f;
		if (s == text)
			return true;
		end = s - 1;
	}
	return desc_error(p, t->span, D_PDESC_INVAL, "overspecified probe description \"%.*s\"",
			  (int)(t->len > 200 ? 200 : t->len), text);
}

/* False if the description is wrong; panics only if there is none. */
static bool parse_pdesc(struct dt_parser *p, struct dt_pdesc *out)
{
	struct dt_token t = p->tok;
	bool ok;

	*out = (struct dt_pdesc){.span = t.span, .prov = "", .mod = "", .func = "", .name = ""};
	if (t.kind == TOK_INT) {
		ok = desc_id(p, t.span, t.ival, out);
	} else if (t.kind != TOK_PSPEC) {
		dt_p_unexpected(p, "a probe description");
		ok = false;
	} else if (p->opts->rightmost == DT_PD_ID) {
		ok = desc_id_text(p, &t, out);
	} else {
		ok = desc_fields(p, &t, out);
	}
	dt_p_advance(p);
	return ok;
}

/* ------------------------------------------------------------------ statements */

static struct dt_stmt *statement(struct dt_parser *p);

static struct dt_stmt *new_stmt(struct dt_parser *p, enum dt_stmt_kind kind)
{
	struct dt_stmt *s = DT_NEW(p->arena, struct dt_stmt);

	s->kind = kind;
	s->span = p->tok.span;
	return s;
}

static struct dt_stmt *block(struct dt_parser *p)
{
	struct dt_stmt *s = new_stmt(p, S_BLOCK);
	struct dt_span open = p->tok.span;

	if (!dt_p_enter(p))
		return s;
	dt_p_expect(p, TOK_LBRACE, "{");
	while (!p->panic && !dt_p_is(p, TOK_RBRACE) && !dt_p_is(p, TOK_EOF) && !p->tok.top) {
		dt_vec_push(p->arena, &s->body, statement(p));
		if (p->panic)
			recover_statement(p);
	}
	dt_p_close(p, TOK_RBRACE, open);
	s->span = dt_span_join(s->span, p->last);
	dt_p_leave(p);
	return s;
}

/* GRM-05 */
static struct dt_stmt *if_statement(struct dt_parser *p)
{
	struct dt_stmt *s = new_stmt(p, S_IF);

	dt_p_advance(p);
	struct dt_span open = p->tok.span;
	if (dt_p_expect(p, TOK_LPAREN, "( after if")) {
		s->expr = dt_p_expr(p);
		dt_p_close(p, TOK_RPAREN, open);
	}
	s->then = statement(p);
	if (dt_p_accept(p, TOK_ELSE))
		s->otherwise = statement(p);
	s->span = dt_span_join(s->span, p->last);
	return s;
}

static struct dt_stmt *expr_statement(struct dt_parser *p)
{
	struct dt_stmt *s = new_stmt(p, S_EXPR);

	s->expr = dt_p_expr(p);
	s->span = s->expr->span;
	if (!dt_p_is(p, TOK_RBRACE))
		dt_p_expect(p, TOK_SEMI, "; or } after the statement");
	return s;
}

static struct dt_stmt *statement(struct dt_parser *p)
{
	struct dt_stmt *s;

	if (!dt_p_enter(p))
		return new_stmt(p, S_EMPTY);
	if (dt_p_is(p, TOK_LBRACE)) {
		s = block(p);
	} else if (dt_p_is(p, TOK_IF)) {
		s = if_statement(p);
	} else if (dt_p_is(p, TOK_SEMI)) {
		s = new_stmt(p, S_EMPTY);
		dt_p_advance(p);
	} else {
		s = expr_statement(p);
	}
	dt_p_leave(p);
	return s;
}

/* ------------------------------------------------------------------ clauses */

void dt_p_push_top(struct dt_parser *p, struct dt_top top)
{
	dt_vec_push(p->arena, &p->prog->tops, top);
}

/* False if the clause ends here: there was an error, and no body is in sight. */
static bool predicate(struct dt_parser *p, struct dt_clause *c)
{
	p->diags->region = "predicate";
	dt_p_advance(p);
	c->pred = dt_p_expr(p);
	if (!p->panic)
		dt_p_expect(p, TOK_PRED_CLOSE, "/ to end the predicate");
	if (!p->panic && !dt_p_is(p, TOK_LBRACE)) /* PD-12 */
		dt_p_unexpected(p, "{ after the predicate");
	if (!p->panic)
		return true;
	recover_predicate(p);
	return dt_p_is(p, TOK_LBRACE);
}

static void clause(struct dt_parser *p)
{
	struct dt_clause *c = DT_NEW(p->arena, struct dt_clause);
	struct dt_span start = p->tok.span;
	bool more = true;

	p->diags->region = "probe description";
	do {
		struct dt_pdesc d;
		if (parse_pdesc(p, &d))
			dt_vec_push(p->arena, &c->descs, d);
	} while (dt_p_accept(p, TOK_COMMA));

	if (dt_p_is(p, TOK_PRED_OPEN))
		more = predicate(p, c);
	if (more && dt_p_is(p, TOK_LBRACE)) {
		p->diags->region = "action list";
		c->body = block(p);
	} else if (more && !(p->opts->cmdline && dt_p_is(p, TOK_EOF))) { /* PD-11 */
		bool word = dt_p_is(p, TOK_PSPEC) && !p->tok.bol && !p->panic;
		dt_p_unexpected(p, "a predicate or { actions } after the probe description");
		if (word && p->diags->list.n)
			p->diags->list.v[p->diags->list.n - 1]->hint =
				"for a declaration, the first word must be a type that is known "
				"here";
	}
	c->span = dt_span_join(start, p->last);
	dt_p_push_top(p, (struct dt_top){.kind = TOP_CLAUSE, .span = c->span, .clause = c});
}

static void top(struct dt_parser *p)
{
	switch (p->tok.kind) {
	case TOK_PSPEC:
	case TOK_INT: clause(p); return;
	case TOK_INLINE: dt_p_inline(p); return;
	case TOK_TRANSLATOR: dt_p_translator(p); return;
	case TOK_PROVIDER: dt_p_provider(p); return;
	case TOK_SEMI: dt_p_advance(p); return;
	default: break;
	}
	if (p->lx.mode == LEX_DECL)
		dt_p_declaration(p);
	else
		dt_p_unexpected(p, "a probe description or a declaration");
}

static bool type_name(void *ctx, const char *name)
{
	struct dt_parser *p = ctx;
	struct dt_token t = {.kind = TOK_IDENT, .str = name};

	return dt_p_ask_type(p, &t);
}

static void parser_init(struct dt_parser *p, struct dt_diags *diags, struct dt_source *src,
			const struct dt_parse_opts *opts)
{
	memset(p, 0, sizeof(*p));
	p->diags = diags;
	p->arena = diags->arena;
	p->opts = opts;
	p->types = dt_map_new(p->arena);
	p->vars = dt_map_new(p->arena);
	p->before = diags->list.n;
	p->prog = DT_NEW(p->arena, struct dt_program);
	p->prog->source = src;
	dt_lex_init(&p->lx, diags, src, opts, p->prog);
	if (opts->is_type) {
		p->lx.type_name = type_name;
		p->lx.type_ctx = p;
	}
	diags->region = "probe description";
	dt_p_advance(p);
}

struct dt_program *dt_parse(struct dt_diags *diags, struct dt_source *src,
			    const struct dt_parse_opts *opts)
{
	struct dt_parser p;

	parser_init(&p, diags, src, opts);
	while (!dt_p_is(&p, TOK_EOF)) {
		uint32_t started = p.tok.span.off;
		p.depth = 0;
		top(&p);
		diags->region = "probe description";
		if (p.panic)
			recover_top(&p, started);
	}
	diags->region = NULL;
	return p.prog;
}

bool dt_parse_pdesc(struct dt_diags *diags, struct dt_source *src, const struct dt_parse_opts *opts,
		    struct dt_pdesc *out)
{
	struct dt_parse_opts o = *opts;
	struct dt_parser p;
	uint32_t before = diags->list.n;

	o.pspec = true; /* nothing but a description here */
	o.is_type = NULL;
	parser_init(&p, diags, src, &o);
	if (parse_pdesc(&p, out) && !dt_p_is(&p, TOK_EOF))
		dt_p_unexpected(&p, "the end of the probe description");
	diags->region = NULL;
	return !p.panic && diags->list.n == before;
}
