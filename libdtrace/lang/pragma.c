/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Control lines: those whose first character is "#".
 *
 * A line is cut into words (a quoted string is one word) and handled by a table row. Options and
 * dependencies are passed to the program's owner at once; attributes and bindings need names and
 * are kept for sema. An unknown #pragma is ignored, as in C; an unknown "#pragma D" or other
 * directive is an error.
 */
#include <stdlib.h>
#include "lang/lex.h"

struct line {
	struct dt_lexer *lx;
	uint32_t from, end; /* '#' to newline */
	DT_VEC(const char *) words;
	DT_VEC(uint32_t) at; /* where each word starts */
};

static void complain(struct line *l, uint32_t word, enum dt_tag tag, const char *text)
{
	uint32_t from = word < l->words.n ? l->at.v[word] : l->from;
	bool quiet = l->lx->quiet;

	l->lx->quiet = false; /* independent of any error around it */
	dt_lex_error(l->lx, from, l->end, tag, "%s", text);
	l->lx->quiet = quiet;
}

static void split(struct line *l, uint32_t pos)
{
	struct dt_lexer *lx = l->lx;
	const char *s = lx->src->text;

	while (pos < l->end) {
		if (dt_is_blank(s[pos])) {
			pos++;
			continue;
		}
		uint32_t from = pos, len;
		const char *word;
		if (s[pos] == '"') {
			for (pos++; pos < l->end && s[pos] != '"'; pos++)
				if (s[pos] == '\\' && pos + 1 < l->end)
					pos++;
			word = dt_lit_unescape(lx->arena, s + from + 1, pos - from - 1, &len);
			pos += pos < l->end;
		} else {
			while (pos < l->end && !dt_is_blank(s[pos]) &&
			       (s[pos] != '"' || s[pos - 1] == '='))
				pos += s[pos] == '"' ? strcspn(s + pos + 1, "\"\n") + 2 : 1;
			pos = pos > l->end ? l->end : pos;
			word = dt_strndup(lx->arena, s + from, pos - from);
		}
		dt_vec_push(lx->arena, &l->words, word);
		dt_vec_push(lx->arena, &l->at, from);
	}
}

/* PRG-02: from the next line on, lines count from N and belong to the file. */
static void line_mark(struct line *l, uint32_t first)
{
	struct dt_lexer *lx = l->lx;
	char *end = NULL;
	unsigned long n = first < l->words.n ? strtoul(l->words.v[first], &end, 10) : 0;

	if (!end || *end || !dt_is_digit(l->words.v[first][0]) || n > INT32_MAX ||
	    (first + 1 < l->words.n && lx->src->text[l->at.v[first + 1]] != '"')) {
		complain(l, first, D_PRAGMA_MALFORM,
			 "#line needs a number and may have a \"file\"");
		return;
	}
	struct dt_linemark m = {l->end + 1, (uint32_t)n, NULL};
	if (first + 1 < l->words.n)
		m.file = l->words.v[first + 1];
	else if (lx->src->marks.n)
		m.file = lx->src->marks.v[lx->src->marks.n - 1].file;
	/* Reading ahead may meet a line twice. */
	if (!lx->src->marks.n || lx->src->marks.v[lx->src->marks.n - 1].off < m.off)
		dt_vec_push(lx->arena, &lx->src->marks, m);
}

static void error_line(struct line *l, uint32_t first)
{
	const char *text = "no reason given";
	uint32_t end = l->end;

	if (first < l->words.n) {
		while (end > l->at.v[first] && dt_is_blank(l->lx->src->text[end - 1]))
			end--;
		text = dt_strndup(l->lx->arena, l->lx->src->text + l->at.v[first],
				  end - l->at.v[first]);
	}
	complain(l, 0, D_PRAGERR, dt_asprintf(l->lx->arena, "#error: %s", text));
}

static bool one_of(const char *const *set, const char *s, size_t n)
{
	for (; *set; set++)
		if (strlen(*set) == n && !strncmp(*set, s, n))
			return true;
	return false;
}

/* "Stable/Evolving/Common" */
static bool is_attributes(const char *s)
{
	static const char *const stab[] = {"Internal", "Private",  "Obsolete",
					   "External", "Unstable", "Evolving",
					   "Stable",   "Standard", NULL};
	static const char *const classes[] = {"Unknown", "CPU",    "Platform", "Group",
					      "ISA",     "Common", NULL};
	const char *a = strchr(s, '/'), *b = a ? strchr(a + 1, '/') : NULL;

	return b && one_of(stab, s, (size_t)(a - s)) && one_of(stab, a + 1, (size_t)(b - a - 1)) &&
	       one_of(classes, b + 1, strlen(b + 1));
}

/* "1.2" or "1.2.3" */
static bool is_version(const char *s)
{
	int dots = 0;

	for (; *s; s++) {
		if (!dt_is_digit(*s))
			return false;
		while (dt_is_digit(*s))
			s++;
		if (!*s)
			return dots == 1 || dots == 2;
		if (*s != '.' || !s[1])
			return false;
		dots++;
	}
	return false;
}

static void keep(struct line *l, const char *what, uint32_t first)
{
	struct dt_lexer *lx = l->lx;
	struct dt_pragma p = {.span = dt_lex_span(lx, l->from, l->end), .what = what};

	for (uint32_t i = first; i < l->words.n; i++)
		dt_vec_push(lx->arena, &p.words, dt_intern(lx->arena, l->words.v[i]));
	if (lx->prog)
		dt_vec_push(lx->arena, &lx->prog->pragmas, p);
}

static void pragma_attributes(struct line *l, uint32_t first)
{
	static const char *const parts[] = {"provider", "module", "function", "name", "args", NULL};
	uint32_t n = l->words.n - first;
	bool provider = n >= 2 && !strcmp(l->words.v[first + 1], "provider");

	if (n != (provider ? 4u : 2u))
		complain(l, 0, D_PRAGMA_MALFORM,
			 "usage: #pragma D attributes Name/Data/Class identifier, or "
			 "Name/Data/Class provider NAME PART");
	else if (!is_attributes(l->words.v[first]))
		complain(l, first, D_PRAGMA_INVAL,
			 dt_asprintf(l->lx->arena, "invalid attributes %s", l->words.v[first]));
	else if (provider && !one_of(parts, l->words.v[first + 3], strlen(l->words.v[first + 3])))
		complain(l, first + 3, D_PRAGMA_INVAL,
			 dt_asprintf(l->lx->arena,
				     "%s is not a part of a provider: one of provider module "
				     "function name args",
				     l->words.v[first + 3]));
	else
		keep(l, "attributes", first);
}

static void pragma_binding(struct line *l, uint32_t first)
{
	if (l->words.n - first != 2 || l->lx->src->text[l->at.v[first]] != '"')
		complain(l, 0, D_PRAGMA_MALFORM, "usage: #pragma D binding \"version\" identifier");
	else if (!is_version(l->words.v[first]))
		complain(l, first, D_PRAGMA_INVAL,
			 dt_asprintf(l->lx->arena, "invalid version %s", l->words.v[first]));
	else
		keep(l, "binding", first);
}

static void pragma_depends(struct line *l, uint32_t first)
{
	static const char *const kinds[] = {"module", "provider", "library", NULL};
	const struct dt_parse_opts *o = l->lx->opts;
	const char *kind = first < l->words.n ? l->words.v[first] : "";

	if (l->words.n - first != 2)
		complain(l, 0, D_PRAGMA_MALFORM,
			 "usage: #pragma D depends_on module|provider|library NAME");
	else if (!one_of(kinds, kind, strlen(kind)))
		complain(l, first, D_PRAGMA_INVAL,
			 dt_asprintf(l->lx->arena, "invalid kind of dependency: %s", kind));
	else if (o->depends_on && o->depends_on(o->ctx, kind, l->words.v[first + 1]))
		complain(l, first, D_PRAGMA_DEPEND,
			 dt_asprintf(l->lx->arena, "program requires %s %s, which is not here",
				     kind, l->words.v[first + 1]));
}

static void pragma_option(struct line *l, uint32_t first)
{
	const struct dt_parse_opts *o = l->lx->opts;

	if (l->words.n - first != 1) {
		complain(l, 0, D_PRAGMA_MALFORM,
			 l->words.n == first
				 ? "#pragma D option needs a name or name=value"
				 : "superfluous words after #pragma D option name=value");
		return;
	}
	char *name = dt_strdup(l->lx->arena, l->words.v[first]), *value = strchr(name, '=');
	if (value) {
		*value++ = '\0';
		size_t n = strlen(value);
		if (n >= 2 && value[0] == '"' && value[n - 1] == '"') {
			value[n - 1] = '\0';
			value++;
		}
	}
	const char *why = o->set_option ? o->set_option(o->ctx, name, value) : NULL;
	if (why)
		complain(l, first, D_PRAGMA_OPTSET,
			 dt_asprintf(l->lx->arena, "cannot set option %s%s%s: %s", name,
				     value ? "=" : "", value ? value : "", why));
}

static void pragma_ignore(struct line *l, uint32_t first)
{
	(void)l;
	(void)first;
}

struct row {
	const char *name;
	void (*fn)(struct line *l, uint32_t first);
};

static const struct row pragmas[] = {
	{"attributes", pragma_attributes}, {"binding", pragma_binding},
	{"depends_on", pragma_depends},    {"error", error_line},
	{"ident", pragma_ignore},          {"line", line_mark},
	{"option", pragma_option},         {NULL, NULL},
};

static void pragma(struct line *l, uint32_t first);

static const struct row directives[] = {
	{"error", error_line}, {"ident", pragma_ignore}, {"line", line_mark}, {"pragma", pragma},
	{NULL, NULL},
};

static const struct row *lookup(const struct row *r, const char *name)
{
	while (r->name && strcmp(r->name, name))
		r++;
	return r;
}

static void pragma(struct line *l, uint32_t first)
{
	const char *word = first < l->words.n ? l->words.v[first] : "";

	if (!strcmp(word, "error")) {
		error_line(l, first + 1);
	} else if (!strcmp(word, "D") && first + 1 == l->words.n) {
		complain(l, 0, D_PRAGMA_MALFORM, "#pragma D needs a name");
	} else if (!strcmp(word, "D")) {
		const struct row *r = lookup(pragmas, l->words.v[first + 1]);
		if (r->name)
			r->fn(l, first + 2);
		else
			complain(l, first + 1, D_PRAGMA_INVAL,
				 dt_asprintf(l->lx->arena, "invalid pragma %s",
					     l->words.v[first + 1]));
	}
}

void dt_control_line(struct dt_lexer *lx)
{
	const char *s = lx->src->text;
	struct line l = {.lx = lx, .from = lx->pos, .end = lx->pos};

	bool interpreter =
		s[l.from + 1] == '!' && (l.from == 0 || s[l.from - 1] == '\n'); /* LEX-04 */

	while (l.end < lx->src->len && (s[l.end] != '\n' || (s[l.end - 1] == '\\' && !interpreter)))
		l.end++;
	lx->pos = l.end;
	if (interpreter)
		return;

	split(&l, l.from + 1);
	if (!l.words.n)
		return; /* PRG-01 */
	if (dt_is_digit(l.words.v[0][0])) {
		line_mark(&l, 0);
		return;
	}
	const struct row *r = lookup(directives, l.words.v[0]);
	if (r->name)
		r->fn(&l, 1);
	else
		complain(&l, 0, D_PRAGCTL_INVAL,
			 dt_asprintf(lx->arena, "invalid control directive: #%s", l.words.v[0]));
}
