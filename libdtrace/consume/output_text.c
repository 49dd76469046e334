/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text: the pieces that actions print with. Everything that a user sees of a record goes through
 * dt_out or dt_out_bytes, so a handler (on_buffered) sees it all, and a failed write comes back as
 * a negative errno from whichever piece met it.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include "consume/internal.h"

/* Hands text to the handler; a handler that returns non-zero stops the consumer. */
static int to_handler(struct dt_consumer *c, const char *text)
{
	const struct dt_cpriv *p = c->priv;

	return c->on_buffered(c->handler_arg, text, p ? p->rec : NULL) ? -ECANCELED : 0;
}

int dt_out(struct dt_consumer *c, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int r;

	va_start(ap, fmt);
	if (!c->on_buffered) {
		errno = 0;
		r = vfprintf(c->out, fmt, ap);
		va_end(ap);
		return r >= 0 ? 0 : errno ? -errno : -EIO;
	}
	r = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (r < 0)
		return -ENOMEM;
	r = to_handler(c, text);
	free(text);
	return r;
}

int dt_out_bytes(struct dt_consumer *c, const void *p, size_t n)
{
	char *text;
	int r;

	if (!n)
		return 0;
	if (!c->on_buffered) {
		errno = 0;
		return fwrite(p, 1, n, c->out) == n ? 0 : errno ? -errno : -EIO;
	}
	text = malloc(n + 1);
	if (!text)
		return -ENOMEM;
	memcpy(text, p, n);
	text[n] = 0;
	r = to_handler(c, text);
	free(text);
	return r;
}

int64_t dt_field_int(const struct dt_field *f, const unsigned char *base)
{
	const unsigned char *p = base + f->off;
	union {
		int8_t i8;
		uint8_t u8;
		int16_t i16;
		uint16_t u16;
		int32_t i32;
		uint32_t u32;
		int64_t i64;
	} v = {0};

	if (f->kind == DT_FLD_STRID || f->size == 4) {
		memcpy(&v, p, 4);
		return f->is_signed ? v.i32 : (int64_t)v.u32;
	}
	switch (f->size) {
	case 1: memcpy(&v, p, 1); return f->is_signed ? v.i8 : v.u8;
	case 2: memcpy(&v, p, 2); return f->is_signed ? v.i16 : v.u16;
	default: memcpy(&v, p, f->size < 8 ? f->size : 8); return v.i64;
	}
}

const char *dt_field_str(const struct dt_consumer *c, const struct dt_field *f,
			 const unsigned char *base, uint32_t *n)
{
	uint32_t id;

	*n = 0;
	switch (f->kind) {
	case DT_FLD_STRID:
		memcpy(&id, base + f->off, 4);
		if (id >= c->m->strtab_size)
			return "";
		*n = (uint32_t)strnlen(c->m->strtab + id, c->m->strtab_size - id);
		return c->m->strtab + id;
	case DT_FLD_STRING:
	case DT_FLD_BYTES:
		*n = (uint32_t)strnlen((const char *)base + f->off, f->size);
		return (const char *)base + f->off;
	default: return "";
	}
}

/* OUT-13 */
int dt_out_hexdump(struct dt_consumer *c, const unsigned char *p, uint32_t n)
{
	int r = dt_out(c, "\n     %6s", "");

	for (unsigned i = 0; i < 16 && !r; i++)
		r = dt_out(c, "  %x", i);
	if (!r)
		r = dt_out(c, "  0123456789abcdef\n");
	for (uint32_t row = 0; row < n && !r; row += 16) {
		uint32_t m = n - row < 16 ? n - row : 16;
		char hex[16 * 3 + 1], text[17];

		for (uint32_t i = 0; i < 16; i++)
			snprintf(hex + i * 3, 4, i < m ? " %02x" : "   ", p[row + (i < m ? i : 0)]);
		for (uint32_t i = 0; i < m; i++)
			text[i] = p[row + i] >= 0x20 && p[row + i] < 0x7f ? (char)p[row + i] : '.';
		text[m] = 0;
		r = dt_out(c, "     %5x:%s  %s\n", row, hex, text);
		if (row > UINT32_MAX - 16)
			break;
	}
	return r;
}

/* A string: printable, ended by a NUL that only NULs follow, not empty. */
static bool looks_like_text(const unsigned char *p, uint32_t n)
{
	uint32_t i = 0;

	while (i < n && ((p[i] >= 0x20 && p[i] < 0x7f) || (p[i] >= '\a' && p[i] <= '\r')))
		i++;
	if (i == 0 || i == n)
		return false;
	while (i < n && !p[i])
		i++;
	return i == n;
}

int dt_out_rawbytes(struct dt_consumer *c, const unsigned char *p, uint32_t n, int width)
{
	if (c->opts.rawbytes || !looks_like_text(p, n))
		return dt_out_hexdump(c, p, n);
	return width < 0 ? dt_out(c, "%s", (const char *)p)
			 : dt_out(c, "  %-*s", width, (const char *)p);
}

/* OUT-14, OUT-15 */
int dt_out_stack(struct dt_consumer *c, const struct dt_field *f, const unsigned char *p,
		 int indent)
{
	bool user = f->kind == DT_FLD_USTACK;
	uint64_t pid = 0, pc;
	char text[512];
	int r = dt_out(c, "\n");

	if (user && f->size >= 8)
		memcpy(&pid, p, 8);
	for (uint32_t off = user ? 8 : 0; !r && f->size >= 8 && off <= f->size - 8; off += 8) {
		memcpy(&pc, p + off, 8);
		if (!pc)
			break;
		if (user)
			dt_sym_user(c, (uint32_t)pid, pc, text, sizeof(text));
		else
			dt_sym_kernel(c, pc, text, sizeof(text));
		r = dt_out(c, "%*s%s\n", indent, "", text);
	}
	return r;
}

static int trace_int(struct dt_consumer *c, const struct dt_field *f, int64_t v)
{
	/* OUT-09: what the peer's columns are, by size and sign */
	static const int width[2][9] = {{0, 3, 5, 0, 10, 0, 0, 0, 20},
					{0, 3, 5, 0, 10, 0, 0, 0, 19}};
	int w = f->size <= 8 ? width[f->is_signed][f->size] : 0;

	if (c->opts.quiet)
		return f->is_signed ? dt_out(c, "%lld", (long long)v)
				    : dt_out(c, "%llu", (unsigned long long)v);
	return f->is_signed ? dt_out(c, " %*lld", w, (long long)v)
			    : dt_out(c, " %*llu", w, (unsigned long long)v);
}

int dt_out_trace(struct dt_consumer *c, const struct dt_field *f, const unsigned char *p)
{
	struct dt_field at0 = *f; /* p is where the field is, not where the record begins */
	const char *s;
	char sym[512];
	uint32_t n;

	at0.off = 0;
	switch (f->kind) {
	case DT_FLD_INT: return trace_int(c, f, dt_field_int(&at0, p));
	case DT_FLD_STRID:
	case DT_FLD_STRING:
		if (c->opts.rawbytes && f->kind == DT_FLD_STRING)
			return dt_out_hexdump(c, p, f->size);
		s = dt_field_str(c, &at0, p, &n);
		return c->opts.quiet ? dt_out_bytes(c, s, n) : dt_out(c, "  %-33.*s", (int)n, s);
	case DT_FLD_BYTES: return dt_out_rawbytes(c, p, f->size, c->opts.quiet ? -1 : 33);
	case DT_FLD_STACK:
	case DT_FLD_USTACK: return dt_out_stack(c, f, p, c->opts.stackindent);
	case DT_FLD_SYM:
	case DT_FLD_USYM:
		dt_sym_field(c, &at0, p, sym, sizeof(sym));
		return c->opts.quiet ? dt_out(c, "%s", sym) : dt_out(c, "  %-50s", sym);
	}
	return 0;
}
