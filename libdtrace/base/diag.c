/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Diagnostics: from (span, tag, text) to what a person reads.
 *
 * The first line has the classic frame, which differs by where the text came from:
 *
 *	script	failed to compile script FILE: [D_TAG] line N: text
 *	include	failed to compile script FILE: [D_TAG] "inc.h", line N: text
 *	library	failed to compile library FILE: [D_TAG] line N: text
 *	spec	invalid probe specifier SPEC: [D_TAG] in REGION: text
 *
 * Below it come the source line, a caret under the span, and the hint. Columns count bytes; the
 * caret is placed by characters, tabs kept, and long lines are cut to a window around it.
 */
#include "base/diag.h"

#define LIST_MAX    1000 /* a hopeless program need not fill memory */
#define SHOWN_MAX   20   /* nor a terminal */
#define WINDOW      120  /* characters of a source line shown */
#define WINDOW_LEFT 80   /* of those, before the caret */

const char *dt_tag_name(enum dt_tag tag)
{
	static const char *const names[] = {
#define DT_TAG(name, text) #name,
#include "base/errtags.def"
#undef DT_TAG
	};
	return (unsigned)tag < DT_TAG_COUNT ? names[tag] : names[D_UNKNOWN];
}

void dt_diags_init(struct dt_diags *d, struct dt_arena *a)
{
	memset(d, 0, sizeof(*d));
	d->arena = a;
}

struct dt_source *dt_source_add(struct dt_diags *d, enum dt_source_kind kind, const char *name,
				const char *text, size_t len)
{
	struct dt_source *s = DT_NEW(d->arena, struct dt_source);
	bool fits = len <= DT_SOURCE_MAX && d->sources.n < UINT16_MAX;

	s->id = (uint16_t)(d->sources.n + 1);
	s->kind = kind;
	s->name = dt_strdup(d->arena, name);
	s->text = fits ? dt_strndup(d->arena, text, len) : "";
	s->len = fits ? (uint32_t)len : 0;
	if (s->id)
		dt_vec_push(d->arena, &d->sources, s);
	if (fits)
		return s;
	dt_error(d, (struct dt_span){s->id, 0, 0}, D_SYNTAX,
		 "program is too large: the limit is %u bytes", DT_SOURCE_MAX);
	return NULL;
}

struct dt_diagnostic *dt_error(struct dt_diags *d, struct dt_span at, enum dt_tag tag,
			       const char *fmt, ...)
{
	struct dt_diagnostic *g = DT_NEW(d->arena, struct dt_diagnostic);
	va_list ap;

	*g = (struct dt_diagnostic){.span = at, .tag = tag, .text = "", .region = d->region};
	if (d->list.n >= LIST_MAX)
		return g;
	va_start(ap, fmt);
	char *text = dt_vasprintf(d->arena, fmt, ap);
	va_end(ap);
	size_t len = strlen(text);
	if (len && text[len - 1] == '\n')
		text[len - 1] = '\0';

	for (char *c = text; *c; c++) /* it may quote the program: harmless for a terminal */
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';

	g->text = text;
	/* code is made of a clause for every probe: what is found then is found as often */
	for (uint32_t i = 0; at.src && i < d->list.n; i++) {
		const struct dt_diagnostic *o = d->list.v[i];

		if (o->span.src == at.src && o->span.off == at.off && o->span.end == at.end &&
		    o->tag == tag && !strcmp(o->text, text))
			return g;
	}
	dt_vec_push(d->arena, &d->list, g);
	return g;
}

static const struct dt_source *source_of(const struct dt_diags *d, struct dt_span at)
{
	return at.src && at.src <= d->sources.n ? d->sources.v[at.src - 1] : NULL;
}

static uint32_t line_start(const struct dt_source *s, uint32_t off)
{
	while (off > 0 && s->text[off - 1] != '\n')
		off--;
	return off;
}

void dt_span_where(const struct dt_diags *d, struct dt_span at, const char **file, uint32_t *line,
		   uint32_t *col)
{
	const struct dt_source *s = source_of(d, at);
	const struct dt_linemark *mark = NULL;
	const char *f = s ? s->name : "";
	uint32_t l = s ? 1 : 0, c = 0, from = 0;

	if (s) {
		uint32_t off = at.off < s->len ? at.off : s->len;
		for (uint32_t i = 0; i < s->marks.n && s->marks.v[i].off <= off; i++)
			mark = &s->marks.v[i];
		if (mark) {
			l = mark->line;
			from = mark->off;
			f = mark->file ? mark->file : f;
		}
		for (uint32_t i = from; i < off; i++)
			l += s->text[i] == '\n';
		c = off - line_start(s, off) + 1;
	}
	if (file)
		*file = f;
	if (line)
		*line = l;
	if (col)
		*col = c;
}

const char *dt_span_line(const struct dt_diags *d, struct dt_span at, uint32_t *len)
{
	const struct dt_source *s = source_of(d, at);

	*len = 0;
	if (!s)
		return "";
	uint32_t off = line_start(s, at.off < s->len ? at.off : s->len), end = off;
	while (end < s->len && s->text[end] != '\n')
		end++;
	*len = end - off;
	return s->text + off;
}

static const char *frame(const struct dt_diags *d, const struct dt_source *s)
{
	static const char *const formats[] = {
		[DT_SRC_SPEC] = "invalid probe specifier %s: ",
		[DT_SRC_SCRIPT] = "failed to compile script %s: ",
		[DT_SRC_LIBRARY] = "failed to compile library %s: ",
	};
	return s ? dt_asprintf(d->arena, formats[s->kind], s->name) : "";
}

const char *dt_diag_message(const struct dt_diags *d, const struct dt_diagnostic *g)
{
	const struct dt_source *s = source_of(d, g->span);
	const char *where = "", *file;
	uint32_t line;

	dt_span_where(d, g->span, &file, &line, NULL);
	if (!s)
		; /* nowhere: neither frame nor line, unless there is just one text */
	else if (s->kind != DT_SRC_SPEC && strcmp(file, s->name))
		where = dt_asprintf(d->arena, "\"%s\", line %u: ", file, line);
	else if (s->kind != DT_SRC_SPEC)
		where = dt_asprintf(d->arena, "line %u: ", line);
	else if (g->region)
		where = dt_asprintf(d->arena, "in %s: ", g->region);
	if (!s && d->sources.n)
		s = d->sources.v[d->sources.n - 1];

	return dt_asprintf(d->arena, "%s%s%s%s%s%s", frame(d, s), d->errtags ? "[" : "",
			   d->errtags ? dt_tag_name(g->tag) : "", d->errtags ? "] " : "", where,
			   g->text);
}

/* One byte of a source line, made harmless for a terminal. */
static void put_byte(FILE *out, char c)
{
	unsigned char u = (unsigned char)c;

	fputc(u == '\t' || (u >= ' ' && u != 0x7f) ? c : '?', out);
}

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static void render_snippet(const struct dt_diags *d, struct dt_span at, FILE *out)
{
	const struct dt_source *s = source_of(d, at);
	uint32_t len, line, col;
	const char *file, *text = dt_span_line(d, at, &len);

	dt_span_where(d, at, &file, &line, &col);
	col--; /* from 0 in here */

	uint32_t from = col > WINDOW ? col - WINDOW_LEFT : 0;
	while (from > 0 && is_continuation(text[from]))
		from--;
	uint32_t end = len - from > WINDOW ? from + WINDOW : len;
	bool foreign = s->kind != DT_SRC_SPEC && strcmp(file, s->name);
	int margin = foreign ? fprintf(out, "%s:%u:%u: ", file, line, col + 1)
			     : fprintf(out, "%u:%u: ", line, col + 1);

	for (uint32_t i = from; i < end; i++)
		put_byte(out, text[i]);
	fprintf(out, "\n%*s", margin, "");
	for (uint32_t i = from; i < col; i++)
		if (!is_continuation(text[i]))
			fputc(text[i] == '\t' ? '\t' : ' ', out);
	fputc('^', out);
	for (uint32_t i = col + 1; i < end && i < col + (at.end - at.off); i++)
		if (!is_continuation(text[i]))
			fputc('~', out);
	fputc('\n', out);
}

void dt_diags_render(const struct dt_diags *d, FILE *out)
{
	for (uint32_t i = 0; i < d->list.n && i < SHOWN_MAX; i++) {
		const struct dt_diagnostic *g = d->list.v[i];
		const struct dt_source *s = source_of(d, g->span);

		fprintf(out, "dtrace: %s\n", dt_diag_message(d, g));
		if (s && s->len)
			render_snippet(d, g->span, out);
		if (g->hint)
			fprintf(out, "hint: %s\n", g->hint);
	}
	if (d->list.n > SHOWN_MAX)
		fprintf(out, "dtrace: too many errors: %u more\n", d->list.n - SHOWN_MAX);
}
