/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * printf() and printa() formats (spec section 8).
 *
 * A format is parsed once into literal text and conversions. A conversion is printed by giving the
 * C library a specification made from our flags with the size that the value has in the record
 * (always "ll": the value was extended), so D programs need not say sizes and %d adapts to the
 * sign.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include "consume/format.h"
#include "consume/internal.h"

#define WIDTH_MAX 65535 /* wider output is a mistake, and would look like a hang */

/* ------------------------------------------------------------------ parsing */

struct fparse {
	struct dt_arena *a;
	const char *s, *end, *start;
	bool printa;
	enum dt_tag *tag;
	const char **msg;
};

__attribute__((format(printf, 3, 4))) static bool fail(struct fparse *p, enum dt_tag tag,
						       const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	*p->tag = tag;
	*p->msg = dt_vasprintf(p->a, fmt, ap);
	va_end(ap);
	return false;
}

static char peek(const struct fparse *p)
{
	return p->s < p->end ? *p->s : 0;
}

static bool parse_flags(struct fparse *p, struct dt_conv *cv)
{
	for (;; p->s++) {
		switch (peek(p)) {
		case '#': cv->alt = true; break;
		case '0': cv->zero = true; break;
		case '-': cv->minus = true; break;
		case '+': cv->plus = true; break;
		case ' ': cv->space = true; break;
		case '\'': cv->quote = true; break;
		case '?': cv->width = 2 * sizeof(void *); break;
		case '@':
			if (!p->printa)
				return fail(
					p, D_PRINTF_AGG_CONV,
					"%%@ conversion requires an aggregation and is only for "
					"use with printa( )");
			cv->agg = true;
			break;
		default: return true;
		}
	}
}

static int parse_number(struct fparse *p)
{
	int v = 0;

	for (; peek(p) >= '0' && peek(p) <= '9'; p->s++)
		if (v <= WIDTH_MAX)
			v = v * 10 + (*p->s - '0');
	return v > WIDTH_MAX ? WIDTH_MAX : v;
}

static bool parse_width(struct fparse *p, struct dt_conv *cv)
{
	if (peek(p) == '*') {
		cv->star_width = true;
		p->s++;
	} else if (peek(p) >= '1' && peek(p) <= '9') {
		cv->width = parse_number(p);
		if (peek(p) == '$')
			return fail(p, D_UNKNOWN, "format conversion %%n$ is not supported");
	}
	if (peek(p) == '?') {
		cv->width = 2 * sizeof(void *);
		p->s++;
	}
	if (peek(p) == '.') {
		p->s++;
		if (peek(p) == '*') {
			cv->star_prec = true;
			p->s++;
		} else {
			cv->have_prec = true;
			cv->prec = parse_number(p);
		}
	}
	return true;
}

static void parse_size(struct fparse *p, struct dt_conv *cv)
{
	char ch = peek(p);

	if (ch == 'L' || ch == 'w') {
		cv->size[0] = ch;
		p->s++;
	} else if (ch == 'h' || ch == 'l') {
		cv->size[0] = ch;
		p->s++;
		if (peek(p) == ch) {
			cv->size[1] = ch;
			p->s++;
		}
	}
}

static enum dt_conv_class classify(const struct dt_conv *cv)
{
	bool sized = cv->size[0] != 0, wide = !strcmp(cv->size, "l") || cv->size[0] == 'w';

	switch (cv->conv) {
	case 'd':
	case 'i':
	case 'o':
	case 'u':
	case 'x':
	case 'X': return cv->size[0] == 'L' || cv->size[0] == 'w' ? DT_CV_NONE : DT_CV_INT;
	case 'c': return wide ? DT_CV_WCHAR : sized ? DT_CV_NONE : DT_CV_INT;
	case 's': return wide ? DT_CV_WSTR : sized ? DT_CV_NONE : DT_CV_STR;
	case 'e':
	case 'E':
	case 'f':
	case 'g':
	case 'G':
		return !sized || cv->size[0] == 'L' || cv->size[0] == 'l' ? DT_CV_FLOAT
									  : DT_CV_NONE;
	}
	if (sized)
		return DT_CV_NONE;
	switch (cv->conv) {
	case 'C':
	case 'p': return DT_CV_INT;
	case 'S': return DT_CV_STR;
	case 'k': return DT_CV_STACK;
	case 'a': return DT_CV_KADDR;
	case 'A': return DT_CV_UADDR;
	case 'Y':
	case 'T': return DT_CV_TIME;
	default: return DT_CV_NONE;
	}
}

/* One conversion; p->s is behind its '%'. */
static bool parse_conv(struct fparse *p, struct dt_conv *cv)
{
	const char *at = p->s - 1;

	cv->width = cv->prec = -1;
	cv->off = (uint32_t)(at - p->start);
	if (!parse_flags(p, cv) || !parse_width(p, cv))
		return false;
	parse_size(p, cv);
	if (p->s == p->end)
		return fail(p, D_UNKNOWN, "missing conversion after '%%' at the end of the format");
	cv->conv = *p->s++;
	if (cv->conv == '%') /* flags before it mean nothing */
		return true;
	cv->cls = classify(cv);
	if (cv->cls != DT_CV_NONE)
		return true;
	if (cv->conv < ' ' || cv->conv > '~')
		return fail(p, D_UNKNOWN, "format conversion with an unprintable letter (\\%03o)",
			    (unsigned char)cv->conv);
	return fail(p, D_UNKNOWN, "format conversion %%%s%c is not defined", cv->size, cv->conv);
}

struct dt_format *dt_format_parse(struct dt_arena *a, const char *fmt, uint32_t len, bool printa,
				  enum dt_tag *tag, const char **msg)
{
	struct dt_format *f = DT_NEW(a, struct dt_format);
	char *text = dt_alloc(a, (size_t)len + 1);
	struct fparse p = {a, text, text + len, text, printa, tag, msg};

	if (!len) {
		fail(&p, D_PRINTF_FMT_EMPTY, "format string is empty");
		return NULL;
	}
	memcpy(text, fmt, len);
	f->text = text;
	while (p.s < p.end) {
		struct dt_conv cv = {.lit = p.s, .width = -1, .prec = -1};

		while (p.s < p.end && *p.s != '%')
			p.s++;
		cv.litlen = (uint32_t)(p.s - cv.lit);
		if (p.s++ < p.end && !parse_conv(&p, &cv))
			return NULL;
		dt_vec_push(a, &f->convs, cv);
	}
	return f;
}

/* ------------------------------------------------------------------ types */

/* PF-08: a size says exactly which C type is wanted. */
static bool size_fits(const struct dt_conv *cv, const struct dt_type *t)
{
	switch (cv->size[0]) {
	case 'h': return t->size == (cv->size[1] ? 1 : 2);
	case 'l': return t->size == 8;
	default: return true;
	}
}

bool dt_conv_accepts(const struct dt_conv *cv, const struct dt_type *t)
{
	const struct dt_type *b = dt_type_base(t);
	bool is_int = dt_type_is_int(t), is_ptr = dt_type_is_ptr(t);
	bool array = b->kind == TY_ARRAY && b->to && dt_type_is_int(b->to);

	switch (cv->cls) {
	case DT_CV_NONE: return false;
	case DT_CV_INT:
		if (cv->conv == 'p')
			return is_int || is_ptr;
		if (cv->conv == 'c' || cv->conv == 'C')
			return is_int && b->size <= 4;
		return is_int && size_fits(cv, b);
	case DT_CV_STR: return dt_type_is_string(t) || (array && dt_type_base(b->to)->size == 1);
	case DT_CV_STACK: return b->kind == TY_STACK;
	case DT_CV_KADDR: return is_int || is_ptr || b->kind == TY_SYMADDR;
	case DT_CV_UADDR: return is_int || is_ptr || b->kind == TY_USYMADDR;
	case DT_CV_TIME: return is_int && b->size == 8;
	case DT_CV_FLOAT: return b->kind == TY_FLOAT && (cv->size[0] != 'L' || b->size == 16);
	case DT_CV_WSTR: return array && dt_type_base(b->to)->size == 4;
	case DT_CV_WCHAR: return is_int && b->size == 4;
	}
	return false;
}

/* ------------------------------------------------------------------ printing */

/* The C library's specification for our flags; always takes a width and a precision. */
static const char *spec(const struct dt_conv *cv, const char *letters, char buf[16])
{
	char *p = buf;

	*p++ = '%';
	if (cv->alt)
		*p++ = '#';
	if (cv->zero)
		*p++ = '0';
	if (cv->minus)
		*p++ = '-';
	if (cv->plus)
		*p++ = '+';
	if (cv->space)
		*p++ = ' ';
	if (cv->quote)
		*p++ = '\'';
	snprintf(p, 8, "*.*%s", letters);
	return buf;
}

/* Text in its column; flags other than '-' mean nothing to text. */
static int put_text(struct dt_consumer *c, const struct dt_conv *cv, int width, int prec,
		    const char *s, uint32_t n)
{
	int pad, r = 0;

	if (prec >= 0 && (uint32_t)prec < n)
		n = (uint32_t)prec;
	pad = width > 0 && (uint32_t)width > n ? width - (int)n : 0;
	if (pad && !cv->minus)
		r = dt_out(c, "%*s", pad, "");
	if (!r)
		r = dt_out_bytes(c, s, n);
	if (!r && pad && cv->minus)
		r = dt_out(c, "%*s", pad, "");
	return r;
}

/* A byte as C would write it: itself, \n, \000. Returns its length; out has room for 4. */
static uint32_t escape(unsigned char ch, char *out)
{
	static const char from[] = "\a\b\f\n\r\t\v\\", to[] = "abfnrtv\\";
	const char *e = ch ? strchr(from, ch) : NULL;

	if (e) {
		out[0] = '\\';
		out[1] = to[e - from];
		return 2;
	}
	if (ch >= 0x20 && ch < 0x7f) {
		out[0] = (char)ch;
		return 1;
	}
	out[0] = '\\';
	out[1] = (char)('0' + (ch >> 6));
	out[2] = (char)('0' + (ch >> 3 & 7));
	out[3] = (char)('0' + (ch & 7));
	return 4;
}

static int put_string(struct dt_consumer *c, const struct dt_conv *cv, int width, int prec,
		      const char *s, uint32_t n)
{
	char part[4], *buf;
	uint32_t len = 0;
	int r;

	if (cv->conv != 'S')
		return put_text(c, cv, width, prec, s, n);
	buf = malloc((size_t)n * 4 + 1);
	if (!buf)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t k = escape((unsigned char)s[i], part);

		memcpy(buf + len, part, k);
		len += k;
	}
	r = put_text(c, cv, width, prec, buf, len);
	free(buf);
	return r;
}

static int put_int(struct dt_consumer *c, const struct dt_conv *cv, int width, int prec,
		   const struct dt_field *f, int64_t v)
{
	char buf[16], letters[4] = "ll?", ch[4];
	uint64_t u = (uint64_t)v;

	switch (cv->conv) {
	case 'c': ch[0] = (char)v; return put_text(c, cv, width, -1, ch, 1);
	case 'C': return put_text(c, cv, width, -1, ch, escape((unsigned char)v, ch));
	case 'd':
	case 'i': letters[2] = f->is_signed ? 'd' : 'u'; break;
	case 'p': letters[2] = 'x'; break;
	default: letters[2] = cv->conv; break;
	}
	if (letters[2] == 'd')
		return dt_out(c, spec(cv, letters, buf), width, prec, (long long)v);
	if (f->kind == DT_FLD_INT && f->size < 8)
		u &= (1ull << (f->size * 8)) - 1;
	return dt_out(c, spec(cv, letters, buf), width, prec, (unsigned long long)u);
}

static int put_float(struct dt_consumer *c, const struct dt_conv *cv, int width, int prec,
		     const struct dt_field *f, const unsigned char *p)
{
	char buf[16], letters[3] = {'L', cv->conv, 0};
	long double v = 0;
	double d;
	float s;

	if (f->size == 4) {
		memcpy(&s, p, 4);
		v = (long double)s;
	} else if (f->size == 8) {
		memcpy(&d, p, 8);
		v = (long double)d;
	} else if (f->size >= sizeof(v)) {
		memcpy(&v, p, sizeof(v));
	}
	return dt_out(c, spec(cv, letters, buf), width, prec, v);
}

static int put_time(struct dt_consumer *c, const struct dt_conv *cv, int width, int prec,
		    int64_t ns)
{
	time_t sec = (time_t)((uint64_t)ns / 1000000000u);
	char buf[64];
	struct tm tm;
	size_t n = 0;

	if (localtime_r(&sec, &tm))
		n = strftime(buf, sizeof(buf),
			     cv->conv == 'Y' ? "%Y %b %e %T" : "%a, %d %b %Y %T %Z", &tm);
	return put_text(c, cv, width, prec, buf, (uint32_t)n);
}

static int put_address(struct dt_consumer *c, const struct dt_conv *cv, int width, int prec,
		       const struct dt_field *f, const unsigned char *base)
{
	char sym[512];

	if (f->kind == DT_FLD_SYM || f->kind == DT_FLD_USYM)
		dt_sym_field(c, f, base, sym, sizeof(sym));
	else if (cv->cls == DT_CV_KADDR)
		dt_sym_kernel(c, (uint64_t)dt_field_int(f, base), sym, sizeof(sym));
	else
		dt_sym_user(c, dt_sym_target(c), (uint64_t)dt_field_int(f, base), sym, sizeof(sym));
	return put_text(c, cv, width, prec, sym, (uint32_t)strlen(sym));
}

/* UTF-8 of one wide character; out has room for 4. */
static uint32_t utf8(uint32_t w, char *out)
{
	if (w < 0x80) {
		out[0] = (char)w;
		return 1;
	}
	if (w < 0x800) {
		out[0] = (char)(0xc0 | w >> 6);
		out[1] = (char)(0x80 | (w & 63));
		return 2;
	}
	if (w < 0x10000) {
		out[0] = (char)(0xe0 | w >> 12);
		out[1] = (char)(0x80 | (w >> 6 & 63));
		out[2] = (char)(0x80 | (w & 63));
		return 3;
	}
	if (w > 0x10ffff) {
		out[0] = '?';
		return 1;
	}
	out[0] = (char)(0xf0 | w >> 18);
	out[1] = (char)(0x80 | (w >> 12 & 63));
	out[2] = (char)(0x80 | (w >> 6 & 63));
	out[3] = (char)(0x80 | (w & 63));
	return 4;
}

static int put_wide(struct dt_consumer *c, const struct dt_conv *cv, int width, int prec,
		    const struct dt_field *f, const unsigned char *base)
{
	const unsigned char *p = base + f->off;
	uint32_t n = f->kind == DT_FLD_BYTES ? f->size / 4 : 1, len = 0, w;
	char *buf = malloc((size_t)n * 4 + 1);
	int r;

	if (!buf)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++) {
		memcpy(&w, p + i * 4, f->size < 4 ? f->size : 4);
		if (!w && f->kind == DT_FLD_BYTES)
			break;
		len += utf8(w, buf + len);
	}
	r = put_text(c, cv, width, prec, buf, len);
	free(buf);
	return r;
}

int dt_conv_print(struct dt_consumer *c, const struct dt_conv *cv, int width, int prec,
		  const struct dt_field *f, const unsigned char *base)
{
	struct dt_conv left;
	const char *s;
	uint32_t n;

	if (width < 0 && cv->star_width) { /* a negative argument for `*`: as in C */
		left = *cv;
		left.minus = true;
		cv = &left;
		width = width < -WIDTH_MAX ? WIDTH_MAX : -width;
	}
	width = width > WIDTH_MAX ? WIDTH_MAX : width < 0 ? 0 : width;
	prec = prec > WIDTH_MAX ? WIDTH_MAX : prec;
	switch (cv->cls) {
	case DT_CV_INT: return put_int(c, cv, width, prec, f, dt_field_int(f, base));
	case DT_CV_STR:
		s = dt_field_str(c, f, base, &n);
		return put_string(c, cv, width, prec, s, n);
	case DT_CV_STACK: /* the width is the indent, where '-' asks for one */
		if (f->kind != DT_FLD_STACK && f->kind != DT_FLD_USTACK)
			return 0;
		return dt_out_stack(c, f, base + f->off, cv->minus ? width : 0);
	case DT_CV_KADDR:
	case DT_CV_UADDR: return put_address(c, cv, width, prec, f, base);
	case DT_CV_TIME: return put_time(c, cv, width, prec, dt_field_int(f, base));
	case DT_CV_FLOAT: return put_float(c, cv, width, prec, f, base + f->off);
	case DT_CV_WSTR:
	case DT_CV_WCHAR: return put_wide(c, cv, width, prec, f, base);
	case DT_CV_NONE: break;
	}
	return 0;
}

static int clamp_star(int64_t v)
{
	return v > WIDTH_MAX ? WIDTH_MAX : v < -WIDTH_MAX ? -WIDTH_MAX : (int)v;
}

int dt_format_print(struct dt_consumer *c, const struct dt_format *f, const struct dt_field *fields,
		    uint32_t nfields, const unsigned char *base)
{
	uint32_t k = 0;
	int r = 0;

	for (uint32_t i = 0; i < f->convs.n && !r; i++) {
		const struct dt_conv *cv = &f->convs.v[i];
		int width = cv->width, prec = cv->have_prec ? cv->prec : -1;

		r = dt_out_bytes(c, cv->lit, cv->litlen);
		if (r || !cv->conv)
			continue;
		if (cv->conv == '%') {
			r = dt_out_bytes(c, "%", 1);
			continue;
		}
		if (cv->star_width)
			width = k < nfields ? clamp_star(dt_field_int(&fields[k++], base)) : 0;
		if (cv->star_prec && k < nfields)
			prec = clamp_star(dt_field_int(&fields[k++], base));
		if (k < nfields)
			r = dt_conv_print(c, cv, width, prec, &fields[k++], base);
	}
	return r;
}
