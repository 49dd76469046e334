/* SPDX-License-Identifier: BSD-2-Clause */
/* lang/lex: tokens, modes, macro variables, control lines. Tokens are compared as the dump has
 * them, without their places. */
#include <stdlib.h>
#include "lang/lex.h"
#include "check.h"

static char *args[] = {"12", "-3", "name", "two words", "\"q\\tq\"", "0x1F", "int"};
static bool used[7];

static const char *set_option(void *ctx, const char *name, const char *value)
{
	strcat(ctx, name);
	strcat(ctx, "=");
	strcat(ctx, value ? value : "(none)");
	strcat(ctx, ";");
	return !strcmp(name, "bad") ? "no such option" : NULL;
}

static int depends_on(void *ctx, const char *kind, const char *name)
{
	(void)ctx;
	(void)kind;
	return strcmp(name, "there") ? -1 : 0;
}

struct run {
	struct dt_arena *a;
	struct dt_diags d;
	char toks[4096];   /* "KIND text|KIND|..." without EOF */
	char options[256]; /* what set_option saw */
	char tags[256];    /* "D_X D_Y" */
};

static struct run *lex(const char *text, bool pspec, bool defaultargs)
{
	static struct run r;
	char *buf = NULL, *save, *out = r.toks;
	size_t n = 0;

	if (r.a)
		dt_arena_free(r.a);
	r = (struct run){.a = dt_arena_new()};
	struct dt_parse_opts o = {
		.pspec = pspec,
		.defaultargs = defaultargs,
		.macros = {.pid = 42,
			   .target = 7,
			   .arg0 = "./x.d",
			   .argc = 7,
			   .argv = args,
			   .used = used},
		.set_option = set_option,
		.depends_on = depends_on,
		.ctx = r.options,
	};
	dt_diags_init(&r.d, r.a);
	struct dt_source *s = dt_source_add(&r.d, DT_SRC_SCRIPT, "t.d", text, strlen(text));
	FILE *f = open_memstream(&buf, &n);
	struct dt_lexer lx;
	dt_lex_init(&lx, &r.d, s, &o, NULL);
	dt_lex_dump(&lx, f);
	fclose(f);
	for (char *l = strtok_r(buf, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		char *word = strchr(l, ' ') + 1;
		if (strcmp(word, "EOF"))
			out += sprintf(out, "%s%s", out == r.toks ? "" : "|", word);
	}
	free(buf);
	for (uint32_t i = 0; i < r.d.list.n; i++) {
		strcat(r.tags, i ? " " : "");
		strcat(r.tags, dt_tag_name(r.d.list.v[i]->tag));
	}
	return &r;
}

static const char *toks(const char *text)
{
	return lex(text, false, false)->toks;
}

static const char *tags(const char *text)
{
	return lex(text, false, false)->tags;
}

/* The tokens of an expression. */
static const char *expr(const char *text)
{
	char buf[512];

	snprintf(buf, sizeof(buf), "BEGIN{%s}", text);
	char *t = lex(buf, false, false)->toks + strlen("PSPEC BEGIN|LBRACE {|");
	char *end = strrchr(t, '|');
	if (end)
		*end = '\0';
	return t;
}

static void test_modes(void)
{
	CHECK_STR(toks("a:b::c-1,5/x/{y/2;}z"),
		  "PSPEC a:b::c-1|COMMA ,|INT 5|PRED_OPEN /|IDENT x|PRED_CLOSE /|LBRACE {|IDENT y|"
		  "DIV /|INT 2|SEMI ;|RBRACE }|PSPEC z");
	/* LEX-14 */
	CHECK_STR(toks("a /b / c / // {\n{}"),
		  "PSPEC a|PRED_OPEN /|IDENT b|DIV /|IDENT c|PRED_CLOSE /|LBRACE {|RBRACE }");
	CHECK_STR(toks("a/b/"), "PSPEC a|PRED_OPEN /|IDENT b|PRED_CLOSE /");
	CHECK_STR(toks("a /b/*c*/ / /*d*/ {"), "PSPEC a|PRED_OPEN /|IDENT b|PRED_CLOSE /|LBRACE {");
	/* LEX-03 */
	CHECK_STR(toks("a // b\n/c/ // d\n{} // e"),
		  "PSPEC a|PRED_OPEN /|IDENT c|PRED_CLOSE /|LBRACE {|RBRACE }");
	/* PD-02 */
	CHECK_STR(toks("foo_t*x; BEGIN"), "IDENT foo_t|MUL *|IDENT x|SEMI ;|PSPEC BEGIN");
	CHECK_STR(toks("foo_t * x;"), "IDENT foo_t|MUL *|IDENT x|SEMI ;");
	CHECK_STR(toks("foo*{}"), "PSPEC foo*|LBRACE {|RBRACE }");
	CHECK_STR(toks("foo, bar{}"), "PSPEC foo|COMMA ,|PSPEC bar|LBRACE {|RBRACE }");
	CHECK_STR(lex("foo_t x", true, false)->toks, "PSPEC foo_t|PSPEC x");
	CHECK_STR(toks("int:x"), "PSPEC int:x");
	CHECK_STR(
		toks("struct s { int a; } b; c"),
		"STRUCT struct|IDENT s|LBRACE {|INT_KW int|IDENT a|SEMI ;|RBRACE }|IDENT b|SEMI ;|"
		"PSPEC c");
	/* PD-01, PD-07 */
	CHECK_STR(toks("9p:::x 0x1f a\\:b::[!a-z]?*"), "PSPEC 9p:::x|INT 31 (not decimal)|PSPEC "
						       "a\\:b::[!a-z]?*");
	CHECK_STR(toks("#!/usr/sbin/dtrace -s\n# comment? no"), "");
	CHECK_STR(toks("#!/usr/sbin/dtrace -s\nBEGIN"), "PSPEC BEGIN");
}

static void test_words(void)
{
	CHECK_STR(expr("x->string.self self->int"),
		  "IDENT x|ARROW ->|IDENT string|DOT .|IDENT self|SELF self|ARROW ->|IDENT int");
	CHECK_STR(expr("@ @a @b`"), "AGG _|AGG a|AGG b|IDENT `");
	CHECK_STR(expr("`x m`y 9p`z"), "IDENT `x|IDENT m`y|IDENT 9p`z");
	CHECK_STR(expr("a\\\nb"), "IDENT a|IDENT b");
	CHECK_STR(expr("<<=>>=^^...->-- ++&&||==!=<=>="),
		  "SHL_EQ <<=|SHR_EQ >>=|LXOR ^^|ELLIPSIS ...|ARROW ->|DEC --|INC ++|LAND &&|LOR "
		  "|||EQ ==|NE !=|LE <=|GE >=");
}

static void test_literals(void)
{
	CHECK_STR(
		expr("0 1u 2l 3ll 4ull 017 0xfF"),
		"INT 0|INT 1u|INT 2l|INT 3ll|INT 4ull|INT 15 (not decimal)|INT 255 (not decimal)");
	CHECK_STR(expr("18446744073709551615"), "INT 18446744073709551615");
	CHECK_STR(tags("BEGIN{18446744073709551616}"), "D_INT_OFLOW");
	CHECK_STR(tags("BEGIN{089}"), "D_INT_DIGIT");
	CHECK_STR(tags("BEGIN{0x}"), "D_INT_DIGIT");
	CHECK_STR(tags("BEGIN{12ab}"), "D_INT_DIGIT");
	CHECK_STR(tags("BEGIN{1.5; .5; 1e5; 1.}"), "D_SYNTAX D_SYNTAX D_SYNTAX D_SYNTAX");
	CHECK_STR(expr("\"a\\n\\101\\x42\\\"\\0z\" \"b\""),
		  "STRING \"a\\nAB\\\"\\000z\"|STRING \"b\"");
	CHECK_STR(expr("'a' 'ab' '\\n' '\\377'"),
		  "CHAR 97|CHAR 24930|CHAR 10|CHAR 18446744073709551615");
	CHECK_STR(tags("BEGIN{''}"), "D_CHR_NULL");
	CHECK_STR(tags("BEGIN{'123456789'}"), "D_CHR_OFLOW");
	CHECK_STR(tags("BEGIN{'a\n'}"), "D_CHR_NL D_SYNTAX");
	CHECK_STR(tags("BEGIN{\"a\n\"}"), "D_STR_NL");
	CHECK_STR(tags("BEGIN{\"a"), "D_SYNTAX");
	CHECK_STR(tags("BEGIN /* x"), "D_SYNTAX");
	CHECK_STR(tags("/* a /* b */"), "D_SYNTAX");
	CHECK_STR(tags("BEGIN{\001\002\003}"), "D_SYNTAX");
}

static void test_macros(void)
{
	CHECK_STR(expr("$pid $$pid $target"), "INT 42 (macro)|STRING \"42\" (macro)|INT 7 (macro)");
	CHECK_STR(expr("$0 $$0"), "STRING \"./x.d\" (macro)|STRING \"./x.d\" (macro)");
	CHECK_STR(expr("$1 $2 x->$3 $4 $5 $6 $7"),
		  "INT 12 (macro)|INT -3 (macro)|IDENT x|ARROW ->|IDENT name (macro)|STRING \"two "
		  "words\" (macro)|STRING \"q\\011q\" (macro)|INT 31 (not decimal) (macro)|INT_KW "
		  "int "
		  "(macro)");
	CHECK(used[0] && used[6]);
	CHECK_STR(expr("$$1 $$3"), "STRING \"12\" (macro)|STRING \"name\" (macro)");
	CHECK_STR(tags("BEGIN{$8}"), "D_MACRO_UNDEF");
	CHECK_STR(tags("BEGIN{$nosuch}"), "D_MACRO_UNDEF");
	CHECK_STR(tags("BEGIN{$99999999999}"), "D_MACRO_OFLOW");
	CHECK_STR(tags("BEGIN{$}"), "D_SYNTAX");
	CHECK_STR(lex("BEGIN{$8 $$8}", false, true)->toks,
		  "PSPEC BEGIN|LBRACE {|INT 0 (macro)|STRING \"\" (macro)|RBRACE }");
}

static void test_control_lines(void)
{
	struct run *r =
		lex("#pragma D option quiet\n  #pragma D option a=1k\nBEGIN{\n#pragma D option "
		    "s=\"x y\"\n}",
		    false, false);
	CHECK_STR(r->options, "quiet=(none);a=1k;s=x y;");
	CHECK_STR(r->tags, "");
	CHECK_STR(tags("#pragma D option bad"), "D_PRAGMA_OPTSET");
	CHECK_STR(tags("#pragma D option a b\n#pragma D option"),
		  "D_PRAGMA_MALFORM D_PRAGMA_MALFORM");
	CHECK_STR(tags("#\n#ident \"x\"\n#pragma ident x\n#pragma once\n# 1 \"f\" 1 2"), "");
	CHECK_STR(tags("#nosuch"), "D_PRAGCTL_INVAL");
	CHECK_STR(tags("#pragma D nosuch"), "D_PRAGMA_INVAL");
	CHECK_STR(tags("#error a\n#pragma error\n#pragma D error x"),
		  "D_PRAGERR D_PRAGERR D_PRAGERR");
	CHECK_STR(tags("#line\n#line x\n#line 3 f"),
		  "D_PRAGMA_MALFORM D_PRAGMA_MALFORM D_PRAGMA_MALFORM");
	CHECK_STR(tags("#pragma D depends_on provider there\n#pragma D depends_on module x"),
		  "D_PRAGMA_DEPEND");
	CHECK_STR(tags("#pragma D depends_on thing there\n#pragma D depends_on library"),
		  "D_PRAGMA_INVAL D_PRAGMA_MALFORM");
	CHECK_STR(tags("#pragma D attributes Stable/Evolving/Common x\n#pragma D attributes "
		       "Stable/Stable/ISA provider p args\n#pragma D binding \"1.2.3\" x"),
		  "");
	CHECK_STR(
		tags("#pragma D attributes Stable/Evolving x\n#pragma D attributes "
		     "Stable/Stable/ISA provider p foo\n#pragma D attributes x\n#pragma D binding "
		     "\"1\" x\n#pragma D binding 1.2 x"),
		"D_PRAGMA_INVAL D_PRAGMA_INVAL D_PRAGMA_MALFORM D_PRAGMA_INVAL D_PRAGMA_MALFORM");

	r = lex("a\n#line 10 \"inc.h\"\nb\n#nosuch", false, false);
	CHECK_STR(dt_diag_message(&r->d, r->d.list.v[0]),
		  "failed to compile script t.d: \"inc.h\", line 11: invalid control directive: "
		  "#nosuch");
}

int main(void)
{
	test_modes();
	test_words();
	test_literals();
	test_macros();
	test_control_lines();
	return check_summary();
}
