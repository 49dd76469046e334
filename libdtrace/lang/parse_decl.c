/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Declarations: C's specifiers and declarators, with D's self and this, string, key lists; and
 * inline, translator and provider.
 *
 * A declarator is read inside out: its derivations are listed from the name outwards (ast.h).
 * Headers that went through cpp are full of compiler extensions; those that do not change the
 * meaning for us (attributes, __restrict) are read over.
 */
#include "lang/parser.h"

/* ------------------------------------------------------------------ words */

static const struct {
	enum dt_tok tok;
	unsigned word;
} basic_words[] = {
	{TOK_VOID, DT_W_VOID},     {TOK_CHAR_KW, DT_W_CHAR},  {TOK_SHORT, DT_W_SHORT},
	{TOK_INT_KW, DT_W_INT},    {TOK_LONG, DT_W_LONG},     {TOK_FLOAT, DT_W_FLOAT},
	{TOK_DOUBLE, DT_W_DOUBLE}, {TOK_SIGNED, DT_W_SIGNED}, {TOK_UNSIGNED, DT_W_UNSIGNED},
};

static const struct {
	enum dt_tok tok;
	enum dt_storage storage;
} storage_words[] = {
	{TOK_AUTO, ST_AUTO},     {TOK_REGISTER, ST_REGISTER}, {TOK_STATIC, ST_STATIC},
	{TOK_EXTERN, ST_EXTERN}, {TOK_TYPEDEF, ST_TYPEDEF},   {TOK_SELF, ST_SELF},
	{TOK_THIS, ST_THIS},
};

static const struct {
	enum dt_tok tok;
	unsigned qual;
} qual_words[] = {
	{TOK_CONST, DT_Q_CONST},
	{TOK_VOLATILE, DT_Q_VOLATILE},
	{TOK_RESTRICT, DT_Q_RESTRICT},
};

/* Words of gcc and clang that are keywords to C but identifiers to our lexer. */
enum extension { EXT_NONE, EXT_SKIP, EXT_ARGS /* with (...) */, EXT_QUAL, EXT_WORD };

static const struct {
	const char *name;
	enum extension kind;
	unsigned value;
} extensions[] = {
	{"_Bool", EXT_WORD, DT_W_BOOL},
	{"__signed__", EXT_WORD, DT_W_SIGNED},
	{"__signed", EXT_WORD, DT_W_SIGNED},
	{"__const", EXT_QUAL, DT_Q_CONST},
	{"__const__", EXT_QUAL, DT_Q_CONST},
	{"__volatile__", EXT_QUAL, DT_Q_VOLATILE},
	{"__volatile", EXT_QUAL, DT_Q_VOLATILE},
	{"__restrict", EXT_QUAL, DT_Q_RESTRICT},
	{"__restrict__", EXT_QUAL, DT_Q_RESTRICT},
	{"__extension__", EXT_SKIP, 0},
	{"__inline", EXT_SKIP, 0},
	{"__inline__", EXT_SKIP, 0},
	{"_Noreturn", EXT_SKIP, 0},
	{"__attribute__", EXT_ARGS, 0},
	{"__attribute", EXT_ARGS, 0},
	{"__asm__", EXT_ARGS, 0},
	{"__asm", EXT_ARGS, 0},
	{"_Alignas", EXT_ARGS, 0},
};

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static enum extension extension(const struct dt_token *t, unsigned *value)
{
	if (t->kind != TOK_IDENT || t->str[0] != '_')
		return EXT_NONE;
	for (size_t i = 0; i < N_OF(extensions); i++) {
		if (!strcmp(extensions[i].name, t->str)) {
			*value = extensions[i].value;
			return extensions[i].kind;
		}
	}
	return EXT_NONE;
}

static unsigned qualifier(const struct dt_token *t)
{
	unsigned value;

	for (size_t i = 0; i < N_OF(qual_words); i++)
		if (qual_words[i].tok == t->kind)
			return qual_words[i].qual;
	return extension(t, &value) == EXT_QUAL ? value : 0;
}

/* Skips attributes and the like at the current token. */
static void skip_extensions(struct dt_parser *p)
{
	unsigned value;
	enum extension x;

	while ((x = extension(&p->tok, &value)) == EXT_SKIP || x == EXT_ARGS) {
		dt_p_advance(p);
		if (x != EXT_ARGS || !dt_p_is(p, TOK_LPAREN))
			continue;
		struct dt_span open = p->tok.span;
		unsigned depth = 0;
		do {
			if (dt_p_is(p, TOK_LPAREN))
				depth++;
			else if (dt_p_is(p, TOK_RPAREN))
				depth--;
			else if (dt_p_is(p, TOK_EOF) || dt_p_is(p, TOK_SEMI))
				dt_p_close(p, TOK_RPAREN, open);
			dt_p_advance(p);
		} while (depth && !p->panic);
	}
}

static unsigned qualifiers(struct dt_parser *p)
{
	unsigned quals = 0, q;

	for (;;) {
		skip_extensions(p);
		if (!(q = qualifier(&p->tok)))
			return quals;
		quals |= q;
		dt_p_advance(p);
	}
}

/* ------------------------------------------------------------------ is it a type? */

bool dt_p_ask_type(struct dt_parser *p, const struct dt_token *t)
{
	const char *module, *name;

	dt_p_scoped(p, t, &module, &name);
	if (!module && dt_map_gets(p->types, name))
		return true;
	if (p->panic || (!module && dt_map_gets(p->vars, name)))
		return false;
	if (p->opts->is_type)
		return p->opts->is_type(p->opts->ctx, module, name);
	size_t n = strlen(name); /* nobody to ask: the custom of C */
	return n > 2 && !strcmp(name + n - 2, "_t");
}

/* After a word at n: "*" and qualifiers up to what can only close an abstract type. */
static enum dt_typeish pointer_follows(struct dt_parser *p, uint32_t n, enum dt_tok closer)
{
	while (dt_p_peek(p, n)->kind == TOK_MUL || qualifier(dt_p_peek(p, n)))
		n++;
	const struct dt_token *t = dt_p_peek(p, n);
	if (t->kind == closer || (closer == TOK_RBRACKET && t->kind == TOK_COMMA))
		return TYPE_YES;
	/* T *(*)(...) */
	if (t->kind == TOK_LPAREN && dt_p_peek(p, n + 1)->kind == TOK_MUL &&
	    dt_p_peek(p, n + 2)->kind == TOK_RPAREN)
		return TYPE_YES;
	if (closer == TOK_RBRACKET && t->kind == TOK_IDENT &&
	    (dt_p_peek(p, n + 1)->kind == TOK_COMMA || dt_p_peek(p, n + 1)->kind == closer))
		return TYPE_MAYBE; /* [a * b] or [type * name] */
	return TYPE_NO;
}

enum dt_typeish dt_p_typeish(struct dt_parser *p, uint32_t n, enum dt_tok closer)
{
	const struct dt_token *t = dt_p_peek(p, n);
	unsigned value;

	switch (t->kind) {
	case TOK_CHAR_KW:
	case TOK_CONST:
	case TOK_DOUBLE:
	case TOK_ENUM:
	case TOK_FLOAT:
	case TOK_INT_KW:
	case TOK_LONG:
	case TOK_RESTRICT:
	case TOK_SHORT:
	case TOK_SIGNED:
	case TOK_STRING_KW:
	case TOK_STRUCT:
	case TOK_UNION:
	case TOK_UNSIGNED:
	case TOK_USERLAND:
	case TOK_VOID:
	case TOK_VOLATILE:
	case TOK_AUTO:
	case TOK_REGISTER:
	case TOK_STATIC:
	case TOK_EXTERN:
	case TOK_TYPEDEF: return TYPE_YES;
	case TOK_IDENT: break;
	default: return TYPE_NO;
	}
	if (extension(t, &value) != EXT_NONE)
		return TYPE_YES;
	if (dt_map_gets(p->vars, t->str))
		return TYPE_NO;

	struct dt_token next = *dt_p_peek(p, n + 1);
	if (qualifier(&next))
		return TYPE_YES;
	if (next.kind == TOK_MUL)
		return pointer_follows(p, n + 1, closer);
	if (next.kind == TOK_LPAREN && dt_p_peek(p, n + 2)->kind == TOK_MUL &&
	    dt_p_peek(p, n + 3)->kind == TOK_RPAREN)
		return TYPE_YES;
	if (closer == TOK_RBRACKET && (next.kind == TOK_COMMA || next.kind == TOK_IDENT))
		return TYPE_YES;
	return next.kind == closer ? TYPE_MAYBE : TYPE_NO;
}

static bool is_type_here(struct dt_parser *p, enum dt_tok closer)
{
	enum dt_typeish is = dt_p_typeish(p, 0, closer);

	return is == TYPE_MAYBE ? dt_p_ask_type(p, &p->tok) : is == TYPE_YES;
}

/* ------------------------------------------------------------------ specifiers */

static void complain(struct dt_parser *p, struct dt_span at, enum dt_tag tag, const char *text)
{
	if (!p->panic)
		dt_error(p->diags, at, tag, "%s", text);
}

/* One more basic word: which combinations have no meaning at all. Sema judges the rest. */
static void add_word(struct dt_parser *p, struct dt_tspec *s, unsigned word, bool has_type)
{
	unsigned sign = DT_W_SIGNED | DT_W_UNSIGNED, size = DT_W_SHORT | DT_W_LONG | DT_W_LLONG;
	unsigned base = ~(sign | size);
	bool clash;

	if (has_type && s->kind != TS_BASIC) {
		complain(p, p->tok.span,
			 word & sign                       ? D_DECL_SIGNINT
			 : word & (DT_W_SHORT | DT_W_LONG) ? D_DECL_LONGINT
							   : D_DECL_COMBO,
			 "invalid combination of type specifiers");
		return;
	}
	if (word == DT_W_LONG && (s->words & DT_W_LONG)) {
		s->words = (s->words & ~(unsigned)DT_W_LONG) | DT_W_LLONG;
		return;
	}
	if (word & sign)
		clash = s->words & sign;
	else if (word & size)
		clash = s->words & size;
	else
		clash = s->words & base;
	if (clash)
		complain(p, p->tok.span, D_DECL_COMBO, "invalid combination of type specifiers");
	else
		s->words |= word;
}

/* string, struct, a typedef name: cannot be combined with words. */
static void not_a_word(struct dt_parser *p, struct dt_tspec *s, bool has_type,
		       enum dt_tspec_kind kind)
{
	if (has_type) {
		enum dt_tag tag = D_DECL_COMBO;
		if (s->kind == TS_BASIC && s->words == DT_W_LONG)
			tag = D_DECL_LONGINT;
		else if (s->kind == TS_BASIC &&
			 !(s->words & ~(unsigned)(DT_W_SIGNED | DT_W_UNSIGNED)))
			tag = D_DECL_SIGNINT;
		complain(p, p->tok.span, tag, "invalid combination of type specifiers");
		s->words = 0;
	}
	s->kind = kind;
}

static void member_list(struct dt_parser *p, struct dt_tspec *s);
static void enum_list(struct dt_parser *p, struct dt_tspec *s);

static void tagged(struct dt_parser *p, struct dt_tspec *s)
{
	bool is_enum = dt_p_is(p, TOK_ENUM);
	struct dt_span at = p->tok.span;

	dt_p_advance(p);
	skip_extensions(p);
	if (dt_p_is(p, TOK_IDENT)) {
		at = p->tok.span;
		dt_p_scoped(p, &p->tok, &s->module, &s->name);
		dt_p_advance(p);
	}
	if (!dt_p_is(p, TOK_LBRACE)) {
		if (!s->name)
			dt_p_unexpected(p, "a tag or {");
		return;
	}
	if (s->module)
		complain(p, at, D_DECL_SCOPE, "a type defined here cannot have a scope");
	s->module = NULL;
	s->has_body = true;
	if (!dt_p_enter(p))
		return;
	if (is_enum)
		enum_list(p, s);
	else
		member_list(p, s);
	dt_p_leave(p);
	skip_extensions(p);
}

static void set_storage(struct dt_parser *p, struct dt_tspec *s, enum dt_storage st)
{
	if (s->storage != ST_NONE)
		complain(p, p->tok.span, D_DECL_CLASS,
			 "only one storage class is allowed in a declaration");
	s->storage = st;
	s->storage_span = p->tok.span;
}

/* A name that D reserves and C does not, where C headers may well use it: `int string;` */
static bool is_name_after_all(struct dt_parser *p)
{
	switch (p->tok.kind) {
	case TOK_COUNTER:
	case TOK_IMPORT:
	case TOK_OFFSETOF:
	case TOK_PROBE:
	case TOK_PROVIDER:
	case TOK_SELF:
	case TOK_STRING_KW:
	case TOK_STRINGOF:
	case TOK_THIS:
	case TOK_TRANSLATOR:
	case TOK_USERLAND:
	case TOK_XLATE: break;
	default: return false;
	}
	switch (dt_p_peek(p, 1)->kind) {
	case TOK_SEMI:
	case TOK_COMMA:
	case TOK_LBRACKET:
	case TOK_COLON:
	case TOK_RPAREN: return true;
	default: return false;
	}
}

/* LEX-16, in a declaration: a first word directly before one of these is the name declared. */
static bool is_untyped_name(struct dt_parser *p)
{
	switch (dt_p_peek(p, 1)->kind) {
	case TOK_SEMI:
	case TOK_LBRACKET:
	case TOK_ASGN:
	case TOK_COMMA: return true;
	default: return false;
	}
}

/* One specifier at the current token; false if there is none. *has_type: one was seen. */
static bool specifier(struct dt_parser *p, struct dt_tspec *s, bool *has_type, bool param)
{
	unsigned value = 0;

	if (*has_type && is_name_after_all(p))
		return false;
	for (size_t i = 0; i < N_OF(storage_words); i++) {
		if (storage_words[i].tok == p->tok.kind) {
			set_storage(p, s, storage_words[i].storage);
			dt_p_advance(p);
			return true;
		}
	}
	if ((value = qualifier(&p->tok))) {
		s->quals |= value;
		dt_p_advance(p);
		return true;
	}
	for (size_t i = 0; i < N_OF(basic_words); i++)
		if (basic_words[i].tok == p->tok.kind)
			value = basic_words[i].word;
	if (value || extension(&p->tok, &value) == EXT_WORD) {
		add_word(p, s, value, *has_type);
		*has_type = true;
		dt_p_advance(p);
		return true;
	}
	switch (p->tok.kind) {
	case TOK_USERLAND:
		s->userland = true;
		dt_p_advance(p);
		return true;
	case TOK_STRING_KW:
		not_a_word(p, s, *has_type, TS_STRING);
		dt_p_advance(p);
		break;
	case TOK_STRUCT:
	case TOK_UNION:
	case TOK_ENUM:
		not_a_word(p, s, *has_type,
			   dt_p_is(p, TOK_STRUCT)  ? TS_STRUCT
			   : dt_p_is(p, TOK_UNION) ? TS_UNION
						   : TS_ENUM);
		tagged(p, s);
		break;
	case TOK_IDENT:
		if (*has_type || (!param && s->storage != ST_TYPEDEF && is_untyped_name(p)))
			return false;
		not_a_word(p, s, false, TS_NAME);
		dt_p_scoped(p, &p->tok, &s->module, &s->name);
		dt_p_advance(p);
		break;
	default: return false;
	}
	*has_type = true;
	return true;
}

/* All specifiers. In a parameter or type name a lone word is the type, not the name. */
static struct dt_tspec *specifiers(struct dt_parser *p, bool param)
{
	struct dt_tspec *s = DT_NEW(p->arena, struct dt_tspec);
	bool has_type = false;

	s->span = p->tok.span;
	skip_extensions(p);
	while (!p->panic && specifier(p, s, &has_type, param))
		skip_extensions(p);
	if (!has_type && dt_p_is(p, TOK_IDENT) && !param) {
		dt_p_fail(p, p->tok.span, D_DECL_IDENT, "%s is declared without a type",
			  p->tok.str);
	} else if (!has_type) {
		dt_p_unexpected(p, "a type");
	}
	s->span = dt_span_join(s->span, p->last);
	return s;
}

/* ------------------------------------------------------------------ declarators */

static void params(struct dt_parser *p, struct dt_deriv *dv, enum dt_tok closer,
		   struct dt_span open)
{
	if (dt_p_accept(p, closer))
		return;
	do {
		if (dt_p_accept(p, TOK_ELLIPSIS)) {
			dv->varargs = true;
			break;
		}
		dt_vec_push(p->arena, &dv->params, dt_p_param(p));
	} while (dt_p_accept(p, TOK_COMMA));
	dt_p_close(p, closer, open);
}

/* [count], [], [type, type] */
static void brackets(struct dt_parser *p, struct dt_decl *d)
{
	struct dt_deriv dv = {.kind = DV_ARRAY, .span = p->tok.span};

	dt_p_advance(p);
	unsigned value;
	while (dt_p_is(p, TOK_STATIC) || dt_p_is(p, TOK_RESTRICT) ||
	       (extension(&p->tok, &value) == EXT_QUAL && dt_p_peek(p, 1)->kind == TOK_RBRACKET))
		dt_p_advance(p); /* char *restrict a[static 3] as a parameter */
	if (dt_p_is(p, TOK_RBRACKET)) {
		dt_p_advance(p);
	} else if (is_type_here(p, TOK_RBRACKET)) {
		dv.kind = DV_KEYS;
		params(p, &dv, TOK_RBRACKET, dv.span);
	} else {
		dv.count = dt_p_assign_expr(p);
		dt_p_close(p, TOK_RBRACKET, dv.span);
	}
	dv.span = dt_span_join(dv.span, p->last);
	dt_vec_push(p->arena, &d->derivs, dv);
}

/* At "(" of an abstract or named declarator: is it grouping, rather than parameters? */
static bool groups(struct dt_parser *p)
{
	const struct dt_token *t = dt_p_peek(p, 1);

	switch (t->kind) {
	case TOK_MUL:
	case TOK_LPAREN:
	case TOK_LBRACKET: return true;
	case TOK_IDENT: {
		unsigned value;
		enum dt_tok next = dt_p_peek(p, 2)->kind;
		return extension(t, &value) == EXT_NONE && !dt_map_gets(p->types, t->str) &&
		       (next == TOK_RPAREN || next == TOK_LPAREN || next == TOK_LBRACKET);
	}
	default: return false;
	}
}

static void declared_name(struct dt_parser *p, struct dt_decl *d)
{
	const char *name = p->tok.str;

	if (strchr(name, '`'))
		complain(p, p->tok.span, D_DECL_SCOPE,
			 dt_asprintf(p->arena, "a declared name cannot have a scope: %s", name));
	d->name = name;
	d->name_span = p->tok.span;
	dt_p_advance(p);
}

static void declarator(struct dt_parser *p, struct dt_decl *d)
{
	DT_VEC(struct dt_deriv) ptrs = {0};

	if (!dt_p_enter(p))
		return;
	skip_extensions(p);
	while (dt_p_is(p, TOK_MUL)) {
		struct dt_deriv dv = {.kind = DV_PTR, .span = p->tok.span};
		dt_p_advance(p);
		dv.quals = qualifiers(p);
		dt_vec_push(p->arena, &ptrs, dv);
	}
	if (dt_p_is(p, TOK_IDENT) || is_name_after_all(p)) {
		declared_name(p, d);
	} else if (dt_p_is(p, TOK_LPAREN) && groups(p)) {
		struct dt_span open = p->tok.span;
		dt_p_advance(p);
		declarator(p, d);
		dt_p_close(p, TOK_RPAREN, open);
	}
	for (;;) {
		skip_extensions(p);
		if (dt_p_is(p, TOK_LBRACKET)) {
			brackets(p, d);
		} else if (dt_p_is(p, TOK_LPAREN)) {
			struct dt_deriv dv = {.kind = DV_FUNC, .span = p->tok.span};
			dt_p_advance(p);
			params(p, &dv, TOK_RPAREN, dv.span);
			dv.span = dt_span_join(dv.span, p->last);
			dt_vec_push(p->arena, &d->derivs, dv);
		} else {
			break;
		}
		if (p->panic)
			break;
	}
	for (uint32_t i = ptrs.n; i > 0; i--)
		dt_vec_push(p->arena, &d->derivs, ptrs.v[i - 1]);
	dt_p_leave(p);
}

static struct dt_decl *new_decl(struct dt_parser *p, struct dt_tspec *spec)
{
	struct dt_decl *d = DT_NEW(p->arena, struct dt_decl);

	d->spec = spec;
	d->span = spec->span;
	return d;
}

static void decl_done(struct dt_parser *p, struct dt_decl *d)
{
	d->span = dt_span_join(d->span, p->last);
	if (d->derivs.n > DT_NEST_MAX)
		dt_p_fail(p, d->span, D_SYNTAX,
			  "declarator is too long: the limit is %d derivations", DT_NEST_MAX);
}

struct dt_decl *dt_p_param(struct dt_parser *p)
{
	if (!dt_p_enter(p))
		return new_decl(p, DT_NEW(p->arena, struct dt_tspec));
	struct dt_decl *d = new_decl(p, specifiers(p, true));
	declarator(p, d);
	decl_done(p, d);
	dt_p_leave(p);
	return d;
}

struct dt_decl *dt_p_type_name(struct dt_parser *p)
{
	struct dt_decl *d = dt_p_param(p);

	if (d->name)
		dt_p_fail(p, d->name_span, D_SYNTAX,
			  "syntax error near \"%s\": a type has no name here", d->name);
	return d;
}

/* ------------------------------------------------------------------ bodies of struct and enum */

static void bit_field(struct dt_parser *p, struct dt_decl *d)
{
	if (dt_p_accept(p, TOK_COLON))
		d->bits = dt_p_cond_expr(p);
	skip_extensions(p);
}

static void member_list(struct dt_parser *p, struct dt_tspec *s)
{
	struct dt_span open = p->tok.span;

	dt_p_advance(p);
	while (!p->panic && !dt_p_is(p, TOK_RBRACE) && !dt_p_is(p, TOK_EOF)) {
		struct dt_tspec *ms;
		if (dt_p_accept(p, TOK_SEMI))
			continue;
		ms = specifiers(p, true);
		do {
			struct dt_decl *d = new_decl(p, ms);
			declarator(p, d);
			bit_field(p, d);
			decl_done(p, d);
			dt_vec_push(p->arena, &s->members, d);
		} while (dt_p_accept(p, TOK_COMMA));
		if (!dt_p_is(p, TOK_RBRACE))
			dt_p_expect(p, TOK_SEMI, "; after the member");
	}
	dt_p_close(p, TOK_RBRACE, open);
}

static void enum_list(struct dt_parser *p, struct dt_tspec *s)
{
	struct dt_span open = p->tok.span;

	dt_p_advance(p);
	while (!p->panic && !dt_p_is(p, TOK_RBRACE)) {
		struct dt_enum_item it = {.span = p->tok.span};
		it.name = dt_p_name(p, "an enumerator's name");
		if (it.name)
			dt_map_sets(p->vars, it.name, p);
		skip_extensions(p);
		if (dt_p_accept(p, TOK_ASGN))
			it.value = dt_p_cond_expr(p);
		dt_vec_push(p->arena, &s->items, it);
		if (!dt_p_accept(p, TOK_COMMA))
			break;
	}
	dt_p_close(p, TOK_RBRACE, open);
}

/* ------------------------------------------------------------------ at file scope */

/* Later "(name)" is a type, or a value, without asking. */
static void note_name(struct dt_parser *p, const struct dt_decl *d)
{
	enum dt_storage st = d->spec->storage;

	if (d->name && st == ST_TYPEDEF)
		dt_map_sets(p->types, d->name, p);
	else if (d->name && st != ST_SELF && st != ST_THIS)
		dt_map_sets(p->vars, d->name, p);
}

void dt_p_declaration(struct dt_parser *p)
{
	p->diags->region = "declaration";
	struct dt_tspec *spec = specifiers(p, false);

	do {
		struct dt_decl *d = new_decl(p, spec);
		declarator(p, d);
		decl_done(p, d);
		note_name(p, d);
		dt_p_push_top(p, (struct dt_top){.kind = TOP_DECL, .span = d->span, .decl = d});
		if (dt_p_is(p, TOK_ASGN))
			dt_p_fail(
				p, p->tok.span, D_SYNTAX,
				"syntax error near \"=\": a declaration in D has no initial value");
		else if (dt_p_is(p, TOK_LBRACE))
			dt_p_fail(p, p->tok.span, D_SYNTAX,
				  "syntax error near \"{\": D has no functions of the user's own");
	} while (dt_p_accept(p, TOK_COMMA));
	dt_p_expect(p, TOK_SEMI, "; after the declaration");
}

/* inline type name = expr;  inline type name[type a, type b] = expr; */
void dt_p_inline(struct dt_parser *p)
{
	struct dt_inline *in = DT_NEW(p->arena, struct dt_inline);
	struct dt_span start = p->tok.span;

	p->diags->region = "inline definition";
	dt_p_advance(p);
	in->decl = new_decl(p, specifiers(p, false));
	declarator(p, in->decl);
	decl_done(p, in->decl);
	if (!in->decl->name)
		dt_p_unexpected(p, "the inline's name");
	note_name(p, in->decl);
	dt_p_expect(p, TOK_ASGN, "= and the inline's value");
	in->body = dt_p_expr(p);
	struct dt_span span = dt_span_join(start, p->last);
	dt_p_push_top(p, (struct dt_top){.kind = TOP_INLINE, .span = span, .inl = in});
	dt_p_expect(p, TOK_SEMI, "; after the inline definition");
}

static struct dt_xlator_member xlator_member(struct dt_parser *p)
{
	struct dt_xlator_member m = {.span = p->tok.span};

	m.name = dt_p_name(p, "a member's name");
	dt_p_expect(p, TOK_ASGN, "= after the member");
	m.expr = dt_p_expr(p);
	m.span = dt_span_join(m.span, p->last);
	if (!dt_p_is(p, TOK_RBRACE))
		dt_p_expect(p, TOK_SEMI, "; after the member's value");
	return m;
}

/* translator OUT < IN name > { member = expr; }; */
void dt_p_translator(struct dt_parser *p)
{
	struct dt_xlator *x = DT_NEW(p->arena, struct dt_xlator);
	struct dt_span start = p->tok.span;

	p->diags->region = "translator";
	dt_p_advance(p);
	x->out = dt_p_type_name(p);
	dt_p_expect(p, TOK_LT, "< and the translator's input");
	x->in = dt_p_param(p);
	x->param = x->in->name;
	if (!p->panic && !x->param)
		dt_p_unexpected(p, "a name for the translator's input");
	else if (x->param && strchr(x->param, '`'))
		dt_p_fail(p, x->in->name_span, D_SYNTAX,
			  "syntax error: ` in the name of the input");
	else if (x->param)
		dt_map_sets(p->vars, x->param, p);
	dt_p_expect(p, TOK_GT, "> after the translator's input");
	struct dt_span open = p->tok.span;
	dt_p_expect(p, TOK_LBRACE, "{");
	while (!p->panic && !dt_p_is(p, TOK_RBRACE) && !dt_p_is(p, TOK_EOF)) {
		if (dt_p_accept(p, TOK_SEMI))
			continue;
		struct dt_xlator_member m = xlator_member(p);
		dt_vec_push(p->arena, &x->members, m);
	}
	dt_p_close(p, TOK_RBRACE, open);
	x->span = dt_span_join(start, p->last);
	dt_p_push_top(p, (struct dt_top){.kind = TOP_TRANSLATOR, .span = x->span, .xlator = x});
	dt_p_expect(p, TOK_SEMI, "; after the translator");
}

/* ( params ), as a list of declarations */
static struct dt_deriv prov_args(struct dt_parser *p)
{
	struct dt_deriv dv = {.kind = DV_FUNC, .span = p->tok.span};

	if (dt_p_expect(p, TOK_LPAREN, "( and the probe's arguments"))
		params(p, &dv, TOK_RPAREN, dv.span);
	if (dv.varargs)
		complain(p, dv.span, D_DECL_PROTO_VARARGS,
			 "a probe's arguments cannot be variable");
	return dv;
}

/* probe name(native) : (translated); */
static void prov_probe(struct dt_parser *p, struct dt_prov_decl *prov)
{
	struct dt_prov_probe pr = {.span = p->tok.span};

	if (!dt_p_expect(p, TOK_PROBE, "probe or }"))
		return;
	if (dt_p_is(p, TOK_IDENT) && strchr(p->tok.str, '`')) {
		dt_p_fail(p, p->tok.span, D_PROV_BADNAME, "probe name %s contains `", p->tok.str);
		return;
	}
	pr.name = dt_p_name(p, "the probe's name");
	if (dt_p_is(p, TOK_LPAREN)) {
		struct dt_deriv dv = prov_args(p);
		for (uint32_t i = 0; i < dv.params.n; i++)
			dt_vec_push(p->arena, &pr.native, dv.params.v[i]);
	}
	if (dt_p_accept(p, TOK_COLON)) {
		struct dt_deriv dv = prov_args(p);
		pr.has_xlated = true;
		for (uint32_t i = 0; i < dv.params.n; i++)
			dt_vec_push(p->arena, &pr.xlated, dv.params.v[i]);
	}
	pr.span = dt_span_join(pr.span, p->last);
	dt_p_expect(p, TOK_SEMI, "; after the probe");
	dt_vec_push(p->arena, &prov->probes, pr);
}

/* provider name { probe ...; }; */
void dt_p_provider(struct dt_parser *p)
{
	struct dt_prov_decl *prov = DT_NEW(p->arena, struct dt_prov_decl);
	struct dt_span start = p->tok.span;

	p->diags->region = "provider definition";
	dt_p_advance(p);
	struct dt_span at = p->tok.span;
	if (dt_p_is(p, TOK_IDENT) &&
	    (strchr(p->tok.str, '`') || dt_is_digit(p->tok.str[p->tok.len - 1])))
		complain(p, at, D_PROV_BADNAME,
			 dt_asprintf(p->arena, "provider name %s %s", p->tok.str,
				     strchr(p->tok.str, '`') ? "contains `" : "ends in a digit"));
	if (dt_p_is(p, TOK_IDENT) && strchr(p->tok.str, '`')) {
		prov->name = p->tok.str;
		dt_p_advance(p);
	} else {
		prov->name = dt_p_name(p, "the provider's name");
	}
	struct dt_span open = p->tok.span;
	dt_p_expect(p, TOK_LBRACE, "{");
	while (!p->panic && !dt_p_is(p, TOK_RBRACE) && !dt_p_is(p, TOK_EOF))
		prov_probe(p, prov);
	dt_p_close(p, TOK_RBRACE, open);
	struct dt_span span = dt_span_join(start, p->last);
	dt_p_push_top(p, (struct dt_top){.kind = TOP_PROVIDER, .span = span, .prov = prov});
	dt_p_expect(p, TOK_SEMI, "; after the provider");
}
