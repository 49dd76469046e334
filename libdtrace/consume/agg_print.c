/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Printing aggregations (spec section 7).
 *
 * What is printed is a list of rows; a row is one key with its cell in each of the aggregations
 * that are printed together (one, unless printa() names several). Rows are gathered, sorted by the
 * options, and printed by the default layout or by a format. Histograms are the same for all three
 * quantizers once it is known what each bucket's least value is.
 */
#include <errno.h>
#include <stdlib.h>
#include "consume/format.h"
#include "consume/internal.h"

#define BAR_WIDTH 40

/* ------------------------------------------------------------------ numbers */

static uint64_t isqrt(unsigned __int128 v)
{
	unsigned __int128 r = 0, bit = (unsigned __int128)1 << 126;

	while (bit > v)
		bit >>= 2;
	for (; bit; bit >>= 2) {
		if (v >= r + bit) {
			v -= r + bit;
			r = (r >> 1) + bit;
		} else {
			r >>= 1;
		}
	}
	return (uint64_t)r;
}

/* A factor beyond the signed range leaves nothing of a signed value. */
static int64_t divide(int64_t v, uint64_t by)
{
	return by > INT64_MAX ? 0 : by <= 1 ? v : v / (int64_t)by;
}

static int64_t divide_sum(uint64_t sum, uint64_t n)
{
	return n ? divide((int64_t)sum, n) : 0;
}

int64_t dt_agg_value(const struct dt_aggdesc *d, const uint64_t *cell, uint64_t normal)
{
	unsigned __int128 squares, mean;
	uint64_t key;
	int64_t avg;

	switch (d->kind) {
	case DT_AGG_COUNT: return (int64_t)(cell[0] / normal);
	case DT_AGG_AVG: return divide(divide_sum(cell[1], cell[0]), normal);
	case DT_AGG_MIN:
	case DT_AGG_MAX: /* one never seen, or cleared, prints 0 */
		key = d->kind == DT_AGG_MIN ? DT_AGG_MIN_KEY : DT_AGG_MAX_KEY;
		return cell[1] ? divide((int64_t)(cell[0] ^ key), normal) : 0;
	case DT_AGG_STDDEV:
		if (!cell[0])
			return 0;
		avg = divide(divide_sum(cell[1], cell[0]), normal);
		mean = (unsigned __int128)((__int128)avg * avg);
		squares = ((unsigned __int128)cell[3] << 64 | cell[2]) / cell[0] / normal / normal;
		return squares > mean ? (int64_t)isqrt(squares - mean) : 0;
	default: return divide((int64_t)cell[0], normal);
	}
}

static bool is_quantizer(const struct dt_aggdesc *d)
{
	return d->kind >= DT_AGG_QUANTIZE;
}

/* ------------------------------------------------------------------ buckets */

/* The least absolute value in each bucket, negative for those below zero. */
struct buckets {
	uint32_t n, zero; /* zero: the bucket that 0 falls into; n = none */
	int64_t *value;
};

static uint64_t power(uint64_t f, uint64_t e)
{
	unsigned __int128 v = 1;

	while (e-- && v <= UINT64_MAX)
		v *= f;
	return v > UINT64_MAX ? UINT64_MAX : (uint64_t)v;
}

static void ll_candidate(struct buckets *b, const int64_t *p, uint64_t v)
{
	for (int sign = 1; sign >= -1; sign -= 2) {
		int64_t x = v > INT64_MAX ? INT64_MAX : (int64_t)v;
		uint32_t i = dt_llquant_bucket(p[0], p[1], p[2], p[3], sign * x);

		if (i < b->n && i != b->zero && (!b->value[i] || llabs(b->value[i]) > x))
			b->value[i] = sign * x;
	}
}

/* Where buckets begin is asked of the function that fills them. */
static void ll_values(struct buckets *b, const int64_t *p)
{
	b->zero = dt_llquant_bucket(p[0], p[1], p[2], p[3], 0);
	if (p[0] < 2 || p[3] < 1)
		return;
	for (int64_t m = p[1]; m <= p[2] && m < 64; m++) {
		uint64_t from = power((uint64_t)p[0], (uint64_t)m);
		uint64_t to = power((uint64_t)p[0], (uint64_t)m + 1);
		uint64_t width = to / (uint64_t)p[3] ? to / (uint64_t)p[3] : 1;

		for (uint64_t v = from; v < to; v += width) {
			ll_candidate(b, p, v);
			if (width > UINT64_MAX - v)
				break;
		}
		ll_candidate(b, p, to);
	}
}

static int buckets_of(struct buckets *b, const struct dt_aggdesc *d)
{
	const int64_t *p = d->params;

	b->n = d->kind == DT_AGG_QUANTIZE ? DT_QUANT_BUCKETS : d->nbuckets;
	b->value = calloc(b->n ? b->n : 1, sizeof(*b->value));
	if (!b->value)
		return -ENOMEM;
	b->zero = b->n;
	switch (d->kind) {
	case DT_AGG_QUANTIZE:
		b->zero = DT_QUANT_ZERO;
		for (int i = 0; i < DT_QUANT_ZERO; i++) {
			b->value[DT_QUANT_ZERO + 1 + i] = (int64_t)1 << i;
			b->value[DT_QUANT_ZERO - 1 - i] = -((int64_t)1 << i);
		}
		break;
	case DT_AGG_LQUANTIZE:
		for (uint32_t i = 0; i < b->n; i++) {
			int64_t lo = i ? p[0] + (int64_t)(i - 1) * p[2] : p[0] - 1;

			b->value[i] = lo;
			if (i && i + 1 < b->n && lo <= 0 && lo + p[2] > 0)
				b->zero = i;
		}
		break;
	default: ll_values(b, p);
	}
	return 0;
}

static void bucket_label(const struct dt_aggdesc *d, const struct buckets *b, uint32_t i,
			 bool negative, char *buf, size_t len)
{
	long long v = b->value[i];

	if (d->kind == DT_AGG_LQUANTIZE && i == 0)
		snprintf(buf, len, "< %lld", (long long)d->params[0]);
	else if (d->kind == DT_AGG_LQUANTIZE && i + 1 == b->n)
		snprintf(buf, len, ">= %lld", v);
	else if (d->kind == DT_AGG_LLQUANTIZE && i == 0)
		snprintf(buf, len, "<= %lld", v);
	else if (d->kind == DT_AGG_LLQUANTIZE && i + 1 == b->n)
		snprintf(buf, len, ">= %lld", v);
	else if (d->kind == DT_AGG_LLQUANTIZE && i == b->zero && d->params[1] > 0)
		snprintf(buf, len, "%s %llu", negative ? "abs() <" : "<",
			 (unsigned long long)power((uint64_t)d->params[0], (uint64_t)d->params[1]));
	else
		snprintf(buf, len, "%lld", v);
}

/* ------------------------------------------------------------------ order */

/* Sum of bucket value times count; the magnitudes fit 128 bits but for counts no run can reach. */
static __int128 quantizer_sum(const struct buckets *b, const uint64_t *cell)
{
	unsigned __int128 s = 0;

	for (uint32_t i = 0; i < b->n; i++)
		s += (unsigned __int128)((__int128)b->value[i] * (int64_t)cell[i]);
	return (__int128)s;
}

static int cmp_quantizer(const struct dt_aggdesc *d, const uint64_t *x, const uint64_t *y)
{
	struct buckets b;
	__int128 sx, sy;
	int r;

	if (buckets_of(&b, d))
		return 0;
	sx = quantizer_sum(&b, x);
	sy = quantizer_sum(&b, y);
	r = (sx > sy) - (sx < sy);
	if (!r && b.zero < b.n)
		r = ((int64_t)x[b.zero] > (int64_t)y[b.zero]) -
		    ((int64_t)x[b.zero] < (int64_t)y[b.zero]);
	free(b.value);
	return r;
}

int dt_agg_cmp_value(const struct dt_aggdesc *d, const uint64_t *x, const uint64_t *y)
{
	int64_t vx, vy;

	if (is_quantizer(d))
		return cmp_quantizer(d, x, y);
	if (d->kind == DT_AGG_COUNT)
		return (x[0] > y[0]) - (x[0] < y[0]);
	vx = dt_agg_value(d, x, 1);
	vy = dt_agg_value(d, y, 1);
	return (vx > vy) - (vx < vy);
}

/* AS-03: numbers compare unsigned, in their width; strings and bytes bytewise. */
static int cmp_field(const struct dt_consumer *c, const struct dt_field *f, const unsigned char *x,
		     const struct dt_field *g, const unsigned char *y)
{
	struct dt_field uf = *f, ug = *g;
	const char *s, *t;
	uint32_t ns, nt;
	int r;

	switch (f->kind) {
	case DT_FLD_INT: {
		uint64_t a, b;

		uf.is_signed = ug.is_signed = false;
		a = (uint64_t)dt_field_int(&uf, x);
		b = (uint64_t)dt_field_int(&ug, y);
		return (a > b) - (a < b);
	}
	case DT_FLD_STRID:
	case DT_FLD_STRING:
		s = dt_field_str(c, f, x, &ns);
		t = dt_field_str(c, g, y, &nt);
		r = memcmp(s, t, ns < nt ? ns : nt);
		return r ? r : (ns > nt) - (ns < nt);
	case DT_FLD_BYTES:
		return memcmp(x + f->off, y + g->off, f->size < g->size ? f->size : g->size);
	default:
		for (uint32_t o = 0; o + 8 <= f->size && o + 8 <= g->size; o += 8) {
			uint64_t a, b;

			memcpy(&a, x + f->off + o, 8);
			memcpy(&b, y + g->off + o, 8);
			if (a != b)
				return a > b ? 1 : -1;
		}
		return (f->size > g->size) - (f->size < g->size);
	}
}

int dt_agg_cmp_key(const struct dt_consumer *c, int keypos, const struct dt_aggdesc *d,
		   const unsigned char *x, const struct dt_aggdesc *e, const unsigned char *y)
{
	uint32_t n = d->keys.n, at = keypos > 0 && (uint32_t)keypos < n ? (uint32_t)keypos : 0;

	for (uint32_t i = 0; i < n && x && y && n == e->keys.n; i++) {
		uint32_t k = (at + i) % n;
		int r = cmp_field(c, &d->keys.v[k], x, &e->keys.v[k], y);

		if (r)
			return r;
	}
	return 0;
}

/* ------------------------------------------------------------------ rows */

struct rows {
	struct dt_consumer *c;
	struct dt_aggvar **vars; /* [nvars] */
	uint32_t nvars, n;
	struct dt_aggent **ents; /* [n][nvars]; NULL where an aggregation lacks the key */
	uint64_t *zeros;         /* a cell of zeros, as wide as the widest */
	/* order */
	uint32_t *index; /* [n] */
	__int128 *sums;  /* [n][nvars]: of quantizers, computed once */
};

static struct dt_aggent *row_ent(const struct rows *t, uint32_t row, uint32_t v)
{
	return t->ents[(size_t)row * t->nvars + v];
}

static const uint64_t *row_cell(const struct rows *t, uint32_t row, uint32_t v)
{
	const struct dt_aggent *e = row_ent(t, row, v);

	return e ? e->cell : t->zeros;
}

/* A row's key, and whose layout it has: the first aggregation's that has it. */
static const unsigned char *row_key(const struct rows *t, uint32_t row, const struct dt_aggdesc **d)
{
	for (uint32_t v = 0; v < t->nvars; v++) {
		*d = t->vars[v]->desc;
		if (row_ent(t, row, v))
			return row_ent(t, row, v)->key;
	}
	return NULL;
}

static int cmp_row_values(const struct rows *t, uint32_t x, uint32_t y)
{
	int pos = t->c->opts.aggsortpos;
	uint32_t at = pos > 0 && (uint32_t)pos < t->nvars ? (uint32_t)pos : 0;

	for (uint32_t i = 0; i < t->nvars; i++) {
		uint32_t v = (at + i) % t->nvars;
		const struct dt_aggdesc *d = t->vars[v]->desc;
		__int128 sx = t->sums[(size_t)x * t->nvars + v],
			 sy = t->sums[(size_t)y * t->nvars + v];
		int r = is_quantizer(d) ? (sx > sy) - (sx < sy) : 0;

		if (!r)
			r = dt_agg_cmp_value(d, row_cell(t, x, v), row_cell(t, y, v));
		if (r)
			return r;
	}
	return 0;
}

static int cmp_rows(const void *a, const void *b, void *arg)
{
	const struct rows *t = arg;
	const struct dt_outopts *o = &t->c->opts;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	const struct dt_aggdesc *dx = NULL, *dy = NULL;
	const unsigned char *kx = row_key(t, x, &dx), *ky = row_key(t, y, &dy);
	int r = o->aggsortkey ? 0 : cmp_row_values(t, x, y);

	if (!r)
		r = dt_agg_cmp_key(t->c, o->aggsortkeypos, dx, kx, dy, ky);
	if (!r && o->aggsortkey)
		r = cmp_row_values(t, x, y);
	return o->aggsortrev ? -r : r;
}

static void rows_free(struct rows *t)
{
	free(t->ents);
	free(t->zeros);
	free(t->index);
	free(t->sums);
}

/* The union of the keys of all aggregations (AS-07). */
static int gather(struct rows *t)
{
	size_t room = 1, widest = 8;

	for (uint32_t v = 0; v < t->nvars; v++) {
		room += t->vars[v]->n;
		widest = t->vars[v]->desc->size > widest ? t->vars[v]->desc->size : widest;
	}
	t->ents = calloc(room * t->nvars, sizeof(struct dt_aggent *));
	t->sums = calloc(room * t->nvars, sizeof(*t->sums));
	t->index = calloc(room, sizeof(*t->index));
	t->zeros = calloc(1, widest);
	if (!t->ents || !t->sums || !t->index || !t->zeros)
		return -ENOMEM;
	for (uint32_t v = 0; v < t->nvars; v++) {
		struct dt_aggent **list = dt_agg_entries(t->vars[v]);
		const struct dt_aggdesc *d = t->vars[v]->desc;

		if (!list)
			return -ENOMEM;
		for (struct dt_aggent **e = list; *e; e++) {
			bool seen = false;

			for (uint32_t w = 0; w < v && !seen; w++)
				seen = dt_agg_find(t->c, t->vars[w], d, (*e)->key, (*e)->hash);
			if (seen)
				continue;
			for (uint32_t w = v; w < t->nvars; w++)
				t->ents[(size_t)t->n * t->nvars + w] =
					dt_agg_find(t->c, t->vars[w], d, (*e)->key, (*e)->hash);
			t->n++;
		}
		free(list);
	}
	return 0;
}

static int sort_rows(struct rows *t)
{
	for (uint32_t v = 0; v < t->nvars; v++) {
		const struct dt_aggdesc *d = t->vars[v]->desc;
		struct buckets b;

		if (!is_quantizer(d))
			continue;
		if (buckets_of(&b, d))
			return -ENOMEM;
		for (uint32_t i = 0; i < t->n; i++)
			t->sums[(size_t)i * t->nvars + v] = quantizer_sum(&b, row_cell(t, i, v));
		free(b.value);
	}
	for (uint32_t i = 0; i < t->n; i++)
		t->index[i] = i;
	qsort_r(t->index, t->n, sizeof(*t->index), cmp_rows, t);
	return 0;
}

/* ------------------------------------------------------------------ default layout */

struct span {
	uint32_t first, last;
	bool pos, neg;
	unsigned __int128 total; /* of the counts' magnitudes */
};

static uint64_t magnitude(uint64_t v)
{
	return (int64_t)v < 0 ? 0 - v : v;
}

/* AO-03 */
static struct span find_span(const struct dt_aggdesc *d, const struct buckets *b,
			     const uint64_t *cell)
{
	struct span s = {.first = b->n};

	for (uint32_t i = 0; i < b->n; i++) {
		if (!cell[i])
			continue;
		s.first = s.first == b->n ? i : s.first;
		s.last = i;
		s.pos |= (int64_t)cell[i] > 0;
		s.neg |= (int64_t)cell[i] < 0;
		s.total += magnitude(cell[i]);
	}
	if (s.first == b->n) {
		uint32_t zero = d->kind == DT_AGG_LQUANTIZE || b->zero >= b->n ? 1 : b->zero;

		s.first = s.last = zero < b->n ? zero : 0;
	}
	s.first -= s.first > 0;
	s.last += s.last + 1 < b->n;
	return s;
}

static int bar(const struct span *s, uint64_t count, int width)
{
	if (!s->total)
		return 0;
	return (int)((magnitude(count) * (unsigned __int128)width * 2 + s->total) / (s->total * 2));
}

/* `n` of `width` columns, filled from the left or the right. */
static const char *fill(char *buf, int n, int width, bool right)
{
	n = n > width ? width : n;
	memset(buf, ' ', (size_t)width);
	memset(buf + (right ? width - n : 0), '@', (size_t)n);
	buf[width] = 0;
	return buf;
}

/* AO-02, AO-04 */
static int print_bucket(struct dt_consumer *c, const struct span *s, const char *label,
			uint64_t count, uint64_t normal)
{
	char a[BAR_WIDTH + 1], b[BAR_WIDTH + 1];
	int half = BAR_WIDTH / 2, n = bar(s, count, s->pos && s->neg ? half : BAR_WIDTH);
	bool neg = (int64_t)count < 0;
	const char *left = "", *right = "";

	if (s->pos && s->neg) {
		left = fill(a, neg ? n : 0, half, true);
		right = fill(b, neg ? 0 : n, half, false);
	} else if (s->neg) {
		left = fill(a, n, BAR_WIDTH, true);
	} else {
		right = fill(b, n, BAR_WIDTH, false);
	}
	return dt_out(c, "%16s %s|%s %-9lld\n", label, left, right,
		      (long long)divide((int64_t)count, normal));
}

static int print_histogram(struct dt_consumer *c, const struct dt_aggdesc *d, const uint64_t *cell,
			   uint64_t normal)
{
	struct buckets b;
	struct span s;
	char label[64];
	int r = buckets_of(&b, d);

	if (r)
		return r;
	s = find_span(d, &b, cell);
	r = dt_out(c, "\n%16s %41s %-9s\n", "value", "------------- Distribution -------------",
		   "count");
	for (uint32_t i = s.first; !r && i <= s.last && i < b.n; i++) {
		bucket_label(d, &b, i, s.first < b.zero, label, sizeof(label));
		r = print_bucket(c, &s, label, cell[i], normal);
	}
	free(b.value);
	return r;
}

static int print_value(struct dt_consumer *c, const struct dt_aggdesc *d, const uint64_t *cell,
		       uint64_t normal)
{
	if (is_quantizer(d))
		return print_histogram(c, d, cell, normal);
	return dt_out(c, " %16lld", (long long)dt_agg_value(d, cell, normal));
}

/* 7.1 */
static int print_key(struct dt_consumer *c, const struct dt_field *f, const unsigned char *key)
{
	char sym[512];
	const char *s;
	uint32_t n;
	long long v;

	switch (f->kind) {
	case DT_FLD_INT:
		v = dt_field_int(f, key);
		switch (f->size) {
		case 1: return dt_out(c, " %3lld", v);
		case 2: return dt_out(c, " %5lld", v);
		case 4: return dt_out(c, " %8d", (int)v);
		default: return dt_out(c, " %16lld", v);
		}
	case DT_FLD_STRID:
	case DT_FLD_STRING:
		s = dt_field_str(c, f, key, &n);
		return dt_out(c, "  %-50.*s", (int)n, s);
	case DT_FLD_BYTES: return dt_out_rawbytes(c, key + f->off, f->size, 50);
	case DT_FLD_STACK:
	case DT_FLD_USTACK: return dt_out_stack(c, f, key + f->off, c->opts.stackindent);
	case DT_FLD_SYM:
	case DT_FLD_USYM:
		dt_sym_field(c, f, key, sym, sizeof(sym));
		return dt_out(c, "  %-50s", sym);
	}
	return 0;
}

/* AO-11 */
static int print_per_cpu(struct rows *t, uint32_t v, const struct dt_aggent *e)
{
	const struct dt_aggdesc *d = t->vars[v]->desc;
	int r = 0;

	if (!e || !t->vars[v]->per_cpu || !t->c->opts.aggpercpu)
		return 0;
	for (uint32_t cpu = 0; cpu < t->c->m->ncpu && !r; cpu++) {
		r = dt_out(t->c, "\n    [CPU %u]", cpu);
		if (!r)
			r = print_value(t->c, d, e->cell + (1 + (size_t)cpu) * (d->size / 8),
					t->vars[v]->normal);
	}
	return r;
}

static int print_row(struct rows *t, uint32_t row)
{
	const struct dt_aggdesc *d;
	const unsigned char *key = row_key(t, row, &d);
	int r = 0;

	for (uint32_t i = 0; key && i < d->keys.n && !r; i++)
		r = print_key(t->c, &d->keys.v[i], key);
	for (uint32_t v = 0; v < t->nvars && !r; v++) {
		r = print_value(t->c, t->vars[v]->desc, row_cell(t, row, v), t->vars[v]->normal);
		if (!r)
			r = print_per_cpu(t, v, row_ent(t, row, v));
	}
	return r ? r : dt_out(t->c, "\n");
}

/* ------------------------------------------------------------------ printa() with a format */

static int format_value(struct rows *t, uint32_t row, uint32_t v, const struct dt_conv *cv)
{
	const struct dt_aggdesc *d = t->vars[v]->desc;
	struct dt_field f = {.kind = DT_FLD_INT, .size = 8, .is_signed = d->kind != DT_AGG_COUNT};
	int64_t n;

	if (is_quantizer(d))
		return print_histogram(t->c, d, row_cell(t, row, v), t->vars[v]->normal);
	n = dt_agg_value(d, row_cell(t, row, v), t->vars[v]->normal);
	return dt_conv_print(t->c, cv, cv->width, cv->have_prec ? cv->prec : -1, &f,
			     (const unsigned char *)&n);
}

/* PF-17: conversions with @ take the next aggregation's value (the last repeats), others a key. */
static int format_row(struct rows *t, uint32_t row, const struct dt_format *f)
{
	const struct dt_aggdesc *d = NULL;
	const unsigned char *key = row_key(t, row, &d);
	uint32_t k = 0, v = 0;
	int r = 0;

	for (uint32_t i = 0; i < f->convs.n && !r; i++) {
		const struct dt_conv *cv = &f->convs.v[i];

		r = dt_out_bytes(t->c, cv->lit, cv->litlen);
		if (r || !cv->conv)
			continue;
		if (cv->conv == '%') {
			r = dt_out_bytes(t->c, "%", 1);
		} else if (cv->agg) {
			r = format_value(t, row, v, cv);
			v += v + 1 < t->nvars;
		} else if (key && k < d->keys.n) {
			r = dt_conv_print(t->c, cv, cv->width, cv->have_prec ? cv->prec : -1,
					  &d->keys.v[k++], key);
		}
	}
	return r;
}

/* ------------------------------------------------------------------ entry points */

static int print_vars(struct dt_consumer *c, struct dt_aggvar **vars, uint32_t n,
		      const struct dt_format *f)
{
	struct rows t = {.c = c, .vars = vars, .nvars = n};
	int r = gather(&t);

	if (!r)
		r = sort_rows(&t);
	for (uint32_t i = 0; i < t.n && !r; i++)
		r = f ? format_row(&t, t.index[i], f) : print_row(&t, t.index[i]);
	rows_free(&t);
	return r;
}

int dt_agg_printa(struct dt_consumer *c, const struct dt_format *f, const uint32_t *ids, uint32_t n)
{
	struct dt_aggvar **vars;
	uint32_t known = 0;
	int r = 0;

	if (!c->aggs || !n)
		return 0;
	vars = calloc(n, sizeof(struct dt_aggvar *));
	if (!vars)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++) {
		if (ids[i] >= c->aggs->n || !c->aggs->vars[ids[i]].desc)
			continue;
		c->aggs->vars[ids[i]].printed = true;
		vars[known++] = &c->aggs->vars[ids[i]];
	}
	if (!f)
		r = dt_out(c, "\n");
	if (!r && known)
		r = print_vars(c, vars, known, f);
	free(vars);
	return r;
}

int dt_agg_print_all(struct dt_consumer *c)
{
	int r = 0;

	for (uint32_t i = 0; c->aggs && i < c->aggs->n && !r; i++) {
		/* AS-02: the order by definition is reversed, too */
		struct dt_aggvar *v = &c->aggs->vars[c->opts.aggsortrev ? c->aggs->n - 1 - i : i];

		if (v->desc && !v->printed)
			r = print_vars(c, &v, 1, NULL);
	}
	return r;
}
