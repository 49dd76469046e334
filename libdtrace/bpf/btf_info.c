/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small BTF writer: a type section, a string section, and what refers to them: function and line
 * information of programs, whose "lines" are those of the D source, and the types of maps' keys and
 * values. Function information is also what makes a function global, verified on its own.
 */
#include <ctype.h>
#include <stdlib.h>
#include "bpf/btf_info.h"

enum { K_INT = 1, K_PTR = 2, K_ARRAY = 3, K_STRUCT = 4, K_FUNC = 12, K_FUNC_PROTO = 13 };
enum { ENC_SIGNED = 1, ENC_CHAR = 2 };
#define MAX_FIELDS 64

struct dt_btf {
	struct dt_arena *a;
	DT_VEC(uint32_t) types; /* the type section's words */
	DT_VEC(char) strings;
	struct dt_map *known; /* string to offset + 1 */
	uint32_t ntypes;
	uint32_t ints[9][2]; /* by size and signedness; [0]: char, [0][1]: void pointer */
};

struct dt_btf *dt_btf_new(struct dt_arena *a)
{
	struct dt_btf *b = DT_NEW(a, struct dt_btf);

	b->a = a;
	b->known = dt_map_new(a);
	dt_vec_push(a, &b->strings, '\0');
	return b;
}

static uint32_t str_n(struct dt_btf *b, const char *s, size_t n)
{
	uintptr_t at;

	if (!n)
		return 0;
	at = (uintptr_t)dt_map_get(b->known, s, n);
	if (at)
		return (uint32_t)at - 1;
	at = b->strings.n;
	for (size_t k = 0; k < n; k++)
		dt_vec_push(b->a, &b->strings, s[k] ? s[k] : ' ');
	dt_vec_push(b->a, &b->strings, '\0');
	dt_map_set(b->known, s, n, (void *)(at + 1));
	return (uint32_t)at;
}

/* Names must be C identifiers. */
static uint32_t ident(struct dt_btf *b, const char *s)
{
	char buf[64];
	size_t n = 0;

	if (!isalpha((unsigned char)*s) && *s != '_')
		buf[n++] = '_';
	for (; *s && n < sizeof(buf) - 1; s++)
		buf[n++] = isalnum((unsigned char)*s) ? *s : '_';
	return str_n(b, buf, n);
}

static void word(struct dt_btf *b, uint32_t w)
{
	dt_vec_push(b->a, &b->types, w);
}

static uint32_t type(struct dt_btf *b, uint32_t name, uint32_t kind, uint32_t vlen, uint32_t size)
{
	word(b, name);
	word(b, kind << 24 | vlen);
	word(b, size);
	return ++b->ntypes;
}

static uint32_t int_type(struct dt_btf *b, unsigned size, bool is_signed)
{
	static const char *const names[9][2] = {[1] = {"unsigned char", "signed char"},
						[2] = {"unsigned short", "short"},
						[4] = {"unsigned int", "int"},
						[8] = {"unsigned long long", "long long"}};
	uint32_t *t = &b->ints[size][is_signed];
	const char *n = names[size][is_signed];

	if (!*t) {
		*t = type(b, str_n(b, n, strlen(n)), K_INT, 0, size);
		word(b, (is_signed ? ENC_SIGNED : 0u) << 24 | size * 8);
	}
	return *t;
}

static uint32_t char_type(struct dt_btf *b)
{
	if (!b->ints[0][0]) {
		b->ints[0][0] = type(b, str_n(b, "char", 4), K_INT, 0, 1);
		word(b, ENC_CHAR << 24 | 8); /* one encoding only, or it is refused */
	}
	return b->ints[0][0];
}

static uint32_t void_ptr(struct dt_btf *b)
{
	if (!b->ints[0][1])
		b->ints[0][1] = type(b, 0, K_PTR, 0, 0);
	return b->ints[0][1];
}

static uint32_t array_type(struct dt_btf *b, uint32_t elem, uint32_t n)
{
	uint32_t index = int_type(b, 4, false), t = type(b, 0, K_ARRAY, 0, 0);

	word(b, elem);
	word(b, index);
	word(b, n);
	return t;
}

/* ------------------------------------------------------------------ layouts of keys and values */

struct field {
	uint32_t name, type, off;
};

struct fields {
	struct dt_btf *b;
	struct field f[MAX_FIELDS];
	uint32_t n, size;
};

static const char *token(const char *s, char *buf, size_t cap)
{
	size_t n = 0;

	while (isspace((unsigned char)*s))
		s++;
	while ((isalnum((unsigned char)*s) || *s == '_') && n < cap - 1)
		buf[n++] = *s++;
	buf[n] = 0;
	while (isspace((unsigned char)*s))
		s++;
	return s;
}

/* u8 .. u64, s8 .. s64, i8 .. i64, int, char, and the C and stdint spellings of those. */
static bool base_type(const char *t, unsigned *size, bool *is_signed, bool *is_char)
{
	static const struct {
		const char *name;
		uint8_t size, is_signed, is_char;
	} table[] = {
		{"u8", 1, 0, 0},       {"u16", 2, 0, 0},      {"u32", 4, 0, 0},
		{"u64", 8, 0, 0},      {"s8", 1, 1, 0},       {"s16", 2, 1, 0},
		{"s32", 4, 1, 0},      {"s64", 8, 1, 0},      {"i8", 1, 1, 0},
		{"i16", 2, 1, 0},      {"i32", 4, 1, 0},      {"i64", 8, 1, 0},
		{"char", 1, 1, 1},     {"short", 2, 1, 0},    {"int", 4, 1, 0},
		{"long", 8, 1, 0},     {"uint8_t", 1, 0, 0},  {"uint16_t", 2, 0, 0},
		{"uint32_t", 4, 0, 0}, {"uint64_t", 8, 0, 0}, {"int8_t", 1, 1, 0},
		{"int16_t", 2, 1, 0},  {"int32_t", 4, 1, 0},  {"int64_t", 8, 1, 0},
	};

	for (size_t k = 0; k < sizeof(table) / sizeof(*table); k++)
		if (!strcmp(t, table[k].name)) {
			*size = table[k].size;
			*is_signed = table[k].is_signed;
			*is_char = table[k].is_char;
			return true;
		}
	return false;
}

static bool parse_field(struct fields *fs, const char **s)
{
	char t[64], n[64];
	unsigned size, count = 0;
	bool is_signed, is_char;
	struct field *f = &fs->f[fs->n];

	*s = token(*s, t, sizeof(t));
	*s = token(*s, n, sizeof(n));
	if (fs->n >= MAX_FIELDS - 2 || !*n || !base_type(t, &size, &is_signed, &is_char))
		return false;
	f->name = ident(fs->b, n);
	f->type = is_char ? char_type(fs->b) : int_type(fs->b, size, is_signed);
	if (**s == '[') {
		char *end;

		count = (unsigned)strtoul(*s + 1, &end, 10);
		*s = *end == ']' ? end + 1 : end;
		f->type = array_type(fs->b, f->type, count);
	}
	while (**s == ' ')
		(*s)++;
	if (**s == ';' || **s == ',')
		(*s)++;
	else if (**s)
		return false;
	while (**s == ' ')
		(*s)++;
	f->off = (fs->size + size - 1) / size * size;
	fs->size = f->off + size * (f->type && count ? count : 1);
	fs->n++;
	return true;
}

uint32_t dt_btf_layout(struct dt_btf *b, const char *name, const char *text, uint32_t size,
		       bool is_key4)
{
	struct fields fs = {.b = b};
	uint32_t rest, t;

	if (is_key4)
		return int_type(b, 4, false);
	while (text && *text)
		if (!parse_field(&fs, &text))
			break;
	while (fs.n && fs.size > size) { /* more than there is: no field may stick out */
		fs.n--;
		fs.size = fs.f[fs.n].off;
	}
	rest = size - fs.size;
	if (fs.n == 0 && (size == 4 || size == 8))
		return int_type(b, size, false);
	if (rest) {
		fs.f[fs.n++] = (struct field){ident(b, fs.n == 1 ? "bytes" : "rest"),
					      array_type(b, int_type(b, 1, false), rest), fs.size};
	}
	t = type(b, ident(b, name), K_STRUCT, fs.n, size);
	for (uint32_t k = 0; k < fs.n; k++) {
		word(b, fs.f[k].name);
		word(b, fs.f[k].type);
		word(b, fs.f[k].off * 8);
	}
	return t;
}

uint32_t dt_btf_array(struct dt_btf *b, const char *name, uint32_t elem, uint32_t size, uint32_t n)
{
	uint32_t all = array_type(b, elem, n);
	uint32_t t = type(b, ident(b, name), K_STRUCT, 1, size * n);

	word(b, str_n(b, "cpu", 3));
	word(b, all);
	word(b, 0);
	return t;
}

/* ------------------------------------------------------------------ programs */

static uint32_t func_type(struct dt_btf *b, const struct dt_subprog *s, bool is_entry)
{
	uint32_t u64 = int_type(b, 8, false), s32 = int_type(b, 4, true);
	uint32_t ctx = is_entry ? void_ptr(b) : 0, proto;
	uint32_t n = is_entry ? 1 : s->nparams;
	static const char *const arg[] = {"a", "b", "c", "d", "e"};

	if (n > 5)
		n = 5;
	proto = type(b, 0, K_FUNC_PROTO, n, is_entry ? s32 : u64);
	for (uint32_t k = 0; k < n; k++) {
		word(b, is_entry ? str_n(b, "ctx", 3) : str_n(b, arg[k], 1));
		word(b, is_entry ? ctx : u64);
	}
	return type(b, ident(b, s->name), K_FUNC, is_entry || s->is_global, proto);
}

static void line_at(struct dt_btf *b, const struct dt_diags *d, uint32_t insn, struct dt_span at,
		    const char *func, struct dt_btf_prog *out)
{
	struct dt_line_info li = {.insn_off = insn};

	if (at.src && d) {
		const char *file, *text;
		uint32_t line, col, len;

		dt_span_where(d, at, &file, &line, &col);
		text = dt_span_line(d, at, &len);
		while (len && isspace((unsigned char)*text))
			text++, len--;
		while (len && isspace((unsigned char)text[len - 1]))
			len--;
		li.file_name_off = str_n(b, file, strlen(file));
		li.line_off = str_n(b, text, len);
		li.line_col = (line < 1u << 22 ? line : 0) << 10 | (col < 1024 ? col : 0);
	} else {
		li.file_name_off = str_n(b, "dtrace", 6);
		li.line_off = str_n(b, func, strlen(func));
	}
	if (out->lines.n && out->lines.v[out->lines.n - 1].insn_off == insn)
		out->lines.v[out->lines.n - 1] = li;
	else
		dt_vec_push(b->a, &out->lines, li);
}

void dt_btf_image(struct dt_btf *b, const struct dt_diags *d, const struct dt_image *img,
		  struct dt_btf_prog *out)
{
	uint32_t l = 0;

	for (uint32_t k = 0; k < img->subprogs.n; k++) {
		const struct dt_subprog *s = &img->subprogs.v[k];
		uint32_t end = k + 1 < img->subprogs.n ? img->subprogs.v[k + 1].insn : img->insns.n;
		struct dt_func_info f = {.insn_off = s->insn, .type_id = func_type(b, s, k == 0)};
		struct dt_span none = {0};

		dt_vec_push(b->a, &out->funcs, f);
		/* every function's first instruction must have a line */
		line_at(b, d, s->insn, none, s->name, out);
		for (; l < img->lines.n && img->lines.v[l].insn < end; l++)
			line_at(b, d, img->lines.v[l].insn, img->lines.v[l].span, s->name, out);
	}
}

int dt_btf_load(struct dt_btf *b)
{
	uint32_t tlen = b->types.n * 4, total = 24 + tlen + b->strings.n;
	uint32_t hdr[6] = {0x0001eb9f, 24, 0, tlen, tlen, b->strings.n};
	char *blob = dt_alloc(b->a, total);
	struct dt_attr_btf_load a = {.btf = (uint64_t)(uintptr_t)blob, .btf_size = total};

	memcpy(blob, hdr, 24);
	if (tlen)
		memcpy(blob + 24, b->types.v, tlen);
	memcpy(blob + 24 + tlen, b->strings.v, b->strings.n);
	return dt_sys_bpf(BPF_CMD_BTF_LOAD, &a, sizeof(a));
}
