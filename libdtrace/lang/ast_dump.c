/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tree as text: one node a line, indented by depth. Untyped it shows what the parser read;
 * typed, also what sema found: " : type", the value of constants, where pointers point.
 */
#include "lang/lex.h"

struct dump {
	FILE *out;
	struct dt_arena *arena;
	bool typed;
};

static const char *const expr_names[] = {
	[E_ERROR] = "error",     [E_INT] = "int",           [E_STRING] = "string",
	[E_IDENT] = "ident",     [E_SELF] = "self",         [E_THIS] = "this",
	[E_MACRO] = "macro",     [E_INDEX] = "index",       [E_MEMBER] = "member",
	[E_ARROW] = "arrow",     [E_DEREF] = "deref",       [E_ADDR] = "addr",
	[E_UNARY] = "unary",     [E_BINARY] = "binary",     [E_LOGIC] = "logic",
	[E_COND] = "cond",       [E_ASSIGN] = "assign",     [E_COMMA] = "comma",
	[E_CAST] = "cast",       [E_CALL] = "call",         [E_AGG] = "agg",
	[E_SIZEOF] = "sizeof",   [E_OFFSETOF] = "offsetof", [E_STRINGOF] = "stringof",
	[E_XLATE] = "xlate",     [E_VAR] = "var",           [E_ASSOC] = "assoc",
	[E_BUILTIN] = "builtin", [E_ELEM] = "elem",         [E_SYM] = "sym",
	[E_LET] = "let",         [E_BOUND] = "bound",
};

const char *dt_op_name(enum dt_op op)
{
	static const char *const names[] = {
		[OP_NONE] = "",     [OP_ADD] = "+",     [OP_SUB] = "-",      [OP_MUL] = "*",
		[OP_DIV] = "/",     [OP_MOD] = "%",     [OP_AND] = "&",      [OP_OR] = "|",
		[OP_XOR] = "^",     [OP_SHL] = "<<",    [OP_SHR] = ">>",     [OP_EQ] = "==",
		[OP_NE] = "!=",     [OP_LT] = "<",      [OP_LE] = "<=",      [OP_GT] = ">",
		[OP_GE] = ">=",     [OP_LAND] = "&&",   [OP_LOR] = "||",     [OP_LXOR] = "^^",
		[OP_NEG] = "-",     [OP_PLUS] = "+",    [OP_BNOT] = "~",     [OP_LNOT] = "!",
		[OP_PREINC] = "++", [OP_PREDEC] = "--", [OP_POSTINC] = "++", [OP_POSTDEC] = "--",
	};
	return (unsigned)op < sizeof(names) / sizeof(names[0]) ? names[op] : "?";
}

void dt_dump_string(FILE *out, const char *s, uint32_t len)
{
	fputs(" \"", out);
	for (uint32_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];
		if (c == '\n')
			fputs("\\n", out);
		else if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < ' ' || c == 0x7f)
			fprintf(out, "\\%03o", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void line(struct dump *d, int ind, const char *word)
{
	fprintf(d->out, "%*s%s", ind * 2, "", word);
}

static void dump_expr(struct dump *d, int ind, const struct dt_expr *e);
static void dump_decl(struct dump *d, int ind, const char *what, const struct dt_decl *decl);

/* ------------------------------------------------------------------ declarations */

static void put_scoped(struct dump *d, const char *module, const char *name)
{
	if (module)
		fprintf(d->out, " %s`%s", module, name ? name : "");
	else if (name)
		fprintf(d->out, " %s", name);
}

static void put_words(struct dump *d, unsigned words)
{
	static const struct {
		unsigned bit;
		const char *name;
	} names[] = {
		{DT_W_SIGNED, "signed"}, {DT_W_UNSIGNED, "unsigned"}, {DT_W_SHORT, "short"},
		{DT_W_LONG, "long"},     {DT_W_LLONG, "long long"},   {DT_W_VOID, "void"},
		{DT_W_CHAR, "char"},     {DT_W_INT, "int"},           {DT_W_FLOAT, "float"},
		{DT_W_DOUBLE, "double"}, {DT_W_BOOL, "_Bool"},
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (words & names[i].bit)
			fprintf(d->out, " %s", names[i].name);
}

static void put_quals(struct dump *d, unsigned quals)
{
	if (quals & DT_Q_CONST)
		fputs(" const", d->out);
	if (quals & DT_Q_VOLATILE)
		fputs(" volatile", d->out);
	if (quals & DT_Q_RESTRICT)
		fputs(" restrict", d->out);
}

static void put_spec(struct dump *d, const struct dt_tspec *s)
{
	static const char *const kinds[] = {
		[TS_BASIC] = "",       [TS_NAME] = "",      [TS_STRUCT] = " struct",
		[TS_UNION] = " union", [TS_ENUM] = " enum", [TS_STRING] = " string",
	};

	put_quals(d, s->quals);
	if (s->userland)
		fputs(" userland", d->out);
	fputs(kinds[s->kind], d->out);
	if (s->kind == TS_BASIC)
		put_words(d, s->words);
	else
		put_scoped(d, s->module, s->name);
	if (s->has_body)
		fputs(" {}", d->out);
}

static void put_deriv(struct dump *d, const struct dt_deriv *dv)
{
	switch (dv->kind) {
	case DV_PTR:
		put_quals(d, dv->quals);
		fputs(" pointer to", d->out);
		break;
	case DV_ARRAY: fputs(dv->count ? " array of" : " array [] of", d->out); break;
	case DV_FUNC: fputs(dv->varargs ? " function (...) of" : " function of", d->out); break;
	case DV_KEYS: fputs(" keyed by", d->out); break;
	}
}

static void dump_body(struct dump *d, int ind, const struct dt_tspec *s)
{
	for (uint32_t i = 0; i < s->members.n; i++)
		dump_decl(d, ind, "member", s->members.v[i]);
	for (uint32_t i = 0; i < s->items.n; i++) {
		line(d, ind, "item");
		fprintf(d->out, " %s\n", s->items.v[i].name ? s->items.v[i].name : "?");
		dump_expr(d, ind + 1, s->items.v[i].value);
	}
}

static void dump_decl(struct dump *d, int ind, const char *what, const struct dt_decl *decl)
{
	static const char *const storage[] = {
		[ST_NONE] = "",          [ST_AUTO] = " auto",     [ST_REGISTER] = " register",
		[ST_STATIC] = " static", [ST_EXTERN] = " extern", [ST_TYPEDEF] = " typedef",
		[ST_SELF] = " self",     [ST_THIS] = " this",
	};

	line(d, ind, what);
	fputs(storage[decl->spec->storage], d->out);
	if (decl->name)
		fprintf(d->out, " %s", decl->name);
	fputc(':', d->out);
	for (uint32_t i = 0; i < decl->derivs.n; i++)
		put_deriv(d, &decl->derivs.v[i]);
	put_spec(d, decl->spec);
	if (d->typed && decl->type)
		fprintf(d->out, " : %s", dt_type_str(d->arena, decl->type));
	fputc('\n', d->out);
	for (uint32_t i = 0; i < decl->derivs.n; i++) {
		const struct dt_deriv *dv = &decl->derivs.v[i];
		dump_expr(d, ind + 1, dv->count);
		for (uint32_t k = 0; k < dv->params.n; k++)
			dump_decl(d, ind + 1, dv->kind == DV_KEYS ? "key" : "param",
				  dv->params.v[k]);
	}
	if (decl->bits) {
		line(d, ind + 1, "bits\n");
		dump_expr(d, ind + 2, decl->bits);
	}
	dump_body(d, ind + 1, decl->spec);
}

/* ------------------------------------------------------------------ expressions */

static void put_int(struct dump *d, const struct dt_expr *e)
{
	if (e->lit.is_unsigned)
		fprintf(d->out, " %lluu", (unsigned long long)e->ival);
	else
		fprintf(d->out, " %lld", (long long)e->ival);
	fputs(e->lit.is_llong ? "ll" : e->lit.is_long ? "l" : "", d->out);
	if (e->lit.is_char)
		fputs(" (char)", d->out);
}

static void put_typed(struct dump *d, const struct dt_expr *e)
{
	static const char *const spaces[] = {
		[SP_NONE] = "",
		[SP_KERNEL] = " kernel",
		[SP_USER] = " user",
		[SP_SCRATCH] = " scratch",
	};

	if (e->kind != E_INT && e->is_const)
		fprintf(d->out, " = %lld", (long long)e->ival);
	if (e->type)
		fprintf(d->out, " : %s", dt_type_str(d->arena, e->type));
	fputs(spaces[e->space], d->out);
	if (e->implicit)
		fputs(" (implicit)", d->out);
}

static void dump_expr(struct dump *d, int ind, const struct dt_expr *e)
{
	if (!e)
		return;
	line(d, ind, expr_names[e->kind]);
	if (e->kind == E_INT)
		put_int(d, e);
	else if (e->kind == E_STRING)
		dt_dump_string(d->out, e->str, e->len);
	else if (e->kind == E_LET || e->kind == E_BOUND)
		fprintf(d->out, " #%lld", (long long)e->ival);
	else if (e->op != OP_NONE)
		fprintf(d->out, " %s%s", dt_op_name(e->op), e->kind == E_ASSIGN ? "=" : "");
	if (e->op == OP_POSTINC || e->op == OP_POSTDEC)
		fputs(" (after)", d->out);
	put_scoped(d, e->module, e->name);
	if (d->typed)
		put_typed(d, e);
	fputc('\n', d->out);

	if (e->decl)
		dump_decl(d, ind + 1, "type", e->decl);
	dump_expr(d, ind + 1, e->a);
	dump_expr(d, ind + 1, e->b);
	dump_expr(d, ind + 1, e->c);
	for (uint32_t i = 0; i < e->list.n; i++)
		dump_expr(d, ind + 1, e->list.v[i]);
}

/* ------------------------------------------------------------------ statements and the rest */

static void dump_stmt(struct dump *d, int ind, const struct dt_stmt *s)
{
	switch (s->kind) {
	case S_EMPTY: line(d, ind, "empty\n"); break;
	case S_EXPR:
		line(d, ind, "stmt\n");
		dump_expr(d, ind + 1, s->expr);
		break;
	case S_BLOCK:
		line(d, ind, "block\n");
		for (uint32_t i = 0; i < s->body.n; i++)
			dump_stmt(d, ind + 1, s->body.v[i]);
		break;
	case S_IF:
		line(d, ind, "if\n");
		dump_expr(d, ind + 1, s->expr);
		dump_stmt(d, ind + 1, s->then);
		if (s->otherwise) {
			line(d, ind, "else\n");
			dump_stmt(d, ind + 1, s->otherwise);
		}
		break;
	}
}

static void dump_clause(struct dump *d, const struct dt_clause *c)
{
	line(d, 0, "clause\n");
	for (uint32_t i = 0; i < c->descs.n; i++) {
		const struct dt_pdesc *p = &c->descs.v[i];
		line(d, 1, "probe");
		if (p->id)
			fprintf(d->out, " %u\n", p->id);
		else
			fprintf(d->out, " %s:%s:%s:%s\n", p->prov, p->mod, p->func, p->name);
	}
	if (c->pred) {
		line(d, 1, "predicate\n");
		dump_expr(d, 2, c->pred);
	}
	if (c->body)
		dump_stmt(d, 1, c->body);
}

static void dump_inline(struct dump *d, const struct dt_inline *in)
{
	line(d, 0, "inline\n");
	dump_decl(d, 1, "decl", in->decl);
	dump_expr(d, 1, in->body);
}

static void dump_xlator(struct dump *d, const struct dt_xlator *x)
{
	line(d, 0, "translator\n");
	dump_decl(d, 1, "output", x->out);
	dump_decl(d, 1, "input", x->in);
	for (uint32_t i = 0; i < x->members.n; i++) {
		line(d, 1, "member");
		fprintf(d->out, " %s\n", x->members.v[i].name ? x->members.v[i].name : "?");
		dump_expr(d, 2, x->members.v[i].expr);
	}
}

static void dump_provider(struct dump *d, const struct dt_prov_decl *pv)
{
	line(d, 0, "provider");
	fprintf(d->out, " %s\n", pv->name ? pv->name : "?");
	for (uint32_t i = 0; i < pv->probes.n; i++) {
		const struct dt_prov_probe *pr = &pv->probes.v[i];
		line(d, 1, "probe");
		fprintf(d->out, " %s\n", pr->name ? pr->name : "?");
		for (uint32_t k = 0; k < pr->native.n; k++)
			dump_decl(d, 2, "native", pr->native.v[k]);
		for (uint32_t k = 0; k < pr->xlated.n; k++)
			dump_decl(d, 2, "translated", pr->xlated.v[k]);
	}
}

void dt_ast_dump(const struct dt_program *p, bool typed, FILE *out)
{
	struct dump d = {out, dt_arena_new(), typed}; /* the arena is for the names of types */

	if (!d.arena)
		return;
	for (uint32_t i = 0; i < p->tops.n; i++) {
		const struct dt_top *t = &p->tops.v[i];
		switch (t->kind) {
		case TOP_CLAUSE: dump_clause(&d, t->clause); break;
		case TOP_DECL: dump_decl(&d, 0, "decl", t->decl); break;
		case TOP_INLINE: dump_inline(&d, t->inl); break;
		case TOP_TRANSLATOR: dump_xlator(&d, t->xlator); break;
		case TOP_PROVIDER: dump_provider(&d, t->prov); break;
		}
	}
	for (uint32_t i = 0; i < p->pragmas.n; i++) {
		line(&d, 0, "pragma");
		fprintf(out, " %s", p->pragmas.v[i].what);
		for (uint32_t k = 0; k < p->pragmas.v[i].words.n; k++)
			fprintf(out, " %s", p->pragmas.v[i].words.v[k]);
		fputc('\n', out);
	}
	dt_arena_free(d.arena);
}
