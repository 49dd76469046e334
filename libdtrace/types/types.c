/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The set of types of one compilation: base types, derived types made unique, names declared in D,
 * and layout of structs.
 *
 *	typedefs  name -> type         declared in D, and D's built-in ones
 *	tags      "s:name" -> type     struct, union, enum (s, u, e)
 *	derived   {kind, count, quals, to, ...} -> type
 */
#include "types/types.h"

#include <stdio.h>

#include "types/btf.h"

#define MEMBER_DEPTH 64 /* anonymous structs in anonymous structs */

static struct dt_type *new_type(struct dt_types *ts, enum dt_type_kind kind, const char *name,
				uint64_t size)
{
	struct dt_type *t = DT_NEW(ts->arena, struct dt_type);

	t->kind = kind;
	t->name = name;
	t->size = size;
	t->align = size >= 8 ? 8 : size ? (uint32_t)size : 1;
	t->complete = true;
	t->module = "D";
	return t;
}

static const struct dt_type *base_int(struct dt_types *ts, const char *name, unsigned size,
				      bool is_signed, unsigned rank)
{
	struct dt_type *t = new_type(ts, TY_INT, name, size);

	t->is_signed = is_signed;
	t->rank = (uint8_t)rank;
	dt_map_sets(ts->typedefs, name, t);
	return t;
}

static const struct dt_type *base_float(struct dt_types *ts, const char *name, unsigned size)
{
	struct dt_type *t = new_type(ts, TY_FLOAT, name, size);

	t->is_signed = true;
	t->align = size;
	dt_map_sets(ts->typedefs, name, t);
	return t;
}

static const struct dt_type *add_typedef(struct dt_types *ts, const char *name,
					 const struct dt_type *to)
{
	struct dt_type *t = new_type(ts, TY_TYPEDEF, name, to->size);

	t->to = to;
	t->align = to->align;
	t->is_signed = to->is_signed;
	dt_map_sets(ts->typedefs, name, t);
	return t;
}

/* D's own typedefs: TYP-02, and what built-in variables and everyday scripts use, so that none of
 * these opens BTF. */
static void add_typedefs(struct dt_types *ts)
{
	const struct {
		const char *name;
		const struct dt_type *to, **keep;
	} tab[] = {
		{"int8_t", ts->t_schar, &ts->t_int8},
		{"int16_t", ts->t_short, &ts->t_int16},
		{"int32_t", ts->t_int, &ts->t_int32},
		{"int64_t", ts->t_long, &ts->t_int64},
		{"uint8_t", ts->t_uchar, &ts->t_uint8},
		{"uint16_t", ts->t_ushort, &ts->t_uint16},
		{"uint32_t", ts->t_uint, &ts->t_uint32},
		{"uint64_t", ts->t_ulong, &ts->t_uint64},
		{"size_t", ts->t_ulong, &ts->t_size},
		{"uintptr_t", ts->t_ulong, &ts->t_uintptr},
		{"pid_t", ts->t_int, &ts->t_pid},
		{"id_t", ts->t_int, &ts->t_id},
		{"uid_t", ts->t_uint, &ts->t_uid},
		{"gid_t", ts->t_uint, NULL},
		{"intptr_t", ts->t_long, NULL},
		{"ssize_t", ts->t_long, NULL},
		{"ptrdiff_t", ts->t_long, NULL},
		{"off_t", ts->t_long, NULL},
		{"off64_t", ts->t_long, NULL},
		{"loff_t", ts->t_llong, NULL},
		{"offset_t", ts->t_llong, NULL},
		{"longlong_t", ts->t_llong, NULL},
		{"u_longlong_t", ts->t_ullong, NULL},
		{"uchar_t", ts->t_uchar, NULL},
		{"ushort_t", ts->t_ushort, NULL},
		{"uint_t", ts->t_uint, NULL},
		{"ulong_t", ts->t_ulong, NULL},
		{"u_char", ts->t_uchar, NULL},
		{"u_short", ts->t_ushort, NULL},
		{"u_int", ts->t_uint, NULL},
		{"u_long", ts->t_ulong, NULL},
		{"u_int8_t", ts->t_uchar, NULL},
		{"u_int16_t", ts->t_ushort, NULL},
		{"u_int32_t", ts->t_uint, NULL},
		{"u_int64_t", ts->t_ulong, NULL},
		{"hrtime_t", ts->t_llong, NULL},
		{"processorid_t", ts->t_int, NULL},
		{"psetid_t", ts->t_int, NULL},
		{"chipid_t", ts->t_int, NULL},
		{"lgrp_id_t", ts->t_long, NULL},
		{"zoneid_t", ts->t_int, NULL},
		{"taskid_t", ts->t_int, NULL},
		{"projid_t", ts->t_int, NULL},
		{"dev_t", ts->t_ulong, NULL},
		{"major_t", ts->t_uint, NULL},
		{"minor_t", ts->t_uint, NULL},
		{"ino_t", ts->t_ulong, NULL},
		{"mode_t", ts->t_uint, NULL},
		{"nlink_t", ts->t_ulong, NULL},
		{"key_t", ts->t_int, NULL},
		{"time_t", ts->t_long, NULL},
		{"clock_t", ts->t_long, NULL},
		{"caddr_t", ts->t_char_ptr, NULL},
		{"ipaddr_t", ts->t_uint, NULL},
		{"in_port_t", ts->t_ushort, NULL},
		{"boolean_t", ts->t_int, NULL},
		{"pc_t", ts->t_ulong, NULL},
		{"string", ts->t_string, NULL},
		{"stack", ts->t_stack, NULL},
		{"ustack", ts->t_ustack, NULL},
		{"dt_stack_t", ts->t_stack, NULL},
		{"_symaddr", ts->t_symaddr, NULL},
		{"_usymaddr", ts->t_usymaddr, NULL},
	};

	for (size_t i = 0; i < sizeof(tab) / sizeof(tab[0]); i++) {
		const struct dt_type *t = tab[i].to;

		/* D's special types keep their own kind: a typedef would only hide it. */
		if (t->kind == TY_STRING || t->kind == TY_STACK || t->kind == TY_SYMADDR ||
		    t->kind == TY_USYMADDR)
			dt_map_sets(ts->typedefs, tab[i].name, (void *)(uintptr_t)t);
		else
			t = add_typedef(ts, tab[i].name, t);
		if (tab[i].keep)
			*tab[i].keep = t;
	}
}

/* cpuinfo_t: what curcpu points to. */
static void add_cpuinfo(struct dt_types *ts)
{
	static const char *const members[][2] = {{"cpu_id", "processorid_t"},
						 {"cpu_pset", "psetid_t"},
						 {"cpu_chip", "chipid_t"},
						 {"cpu_lgrp", "lgrp_id_t"}};
	struct dt_type *t = dt_type_new_tagged(ts, TY_STRUCT, "cpuinfo");

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		struct dt_member m = {.name = dt_intern(ts->arena, members[i][0]),
				      .type = dt_map_gets(ts->typedefs, members[i][1])};
		dt_vec_push(ts->arena, &t->members, m);
	}
	dt_type_complete(ts, t);
	dt_types_declare(ts, TY_STRUCT, "cpuinfo", t);
	add_typedef(ts, "cpuinfo_t", t);
}

void dt_types_init(struct dt_types *ts, struct dt_arena *a, uint32_t strsize,
		   const struct dt_btf_opts *opts)
{
	struct dt_type *t;

	memset(ts, 0, sizeof(*ts));
	ts->arena = a;
	ts->strsize = strsize;
	if (opts)
		ts->btf_opts = *opts;
	ts->typedefs = dt_map_new(a);
	ts->tags = dt_map_new(a);
	ts->derived = dt_map_new(a);

	ts->t_void = t = new_type(ts, TY_VOID, "void", 0);
	dt_map_sets(ts->typedefs, "void", t);
	ts->t_bool = base_int(ts, "_Bool", 1, false, 1);
	ts->t_char = base_int(ts, "char", 1, true, 2);
	ts->t_schar = base_int(ts, "signed char", 1, true, 2);
	ts->t_uchar = base_int(ts, "unsigned char", 1, false, 2);
	ts->t_short = base_int(ts, "short", 2, true, 3);
	ts->t_ushort = base_int(ts, "unsigned short", 2, false, 3);
	ts->t_int = base_int(ts, "int", 4, true, 4);
	ts->t_uint = base_int(ts, "unsigned int", 4, false, 4);
	ts->t_long = base_int(ts, "long", 8, true, 5);
	ts->t_ulong = base_int(ts, "unsigned long", 8, false, 5);
	ts->t_llong = base_int(ts, "long long", 8, true, 6);
	ts->t_ullong = base_int(ts, "unsigned long long", 8, false, 6);
	ts->t_float = base_float(ts, "float", 4);
	ts->t_double = base_float(ts, "double", 8);
	ts->t_ldouble = base_float(ts, "long double", 16);
	ts->t_dyn = new_type(ts, TY_DYN, NULL, 0);
	ts->t_error = new_type(ts, TY_ERROR, NULL, 0);
	ts->t_symaddr = new_type(ts, TY_SYMADDR, NULL, 8);
	ts->t_usymaddr = new_type(ts, TY_USYMADDR, NULL, 16);
	ts->t_string = dt_type_string_n(ts, strsize);
	ts->t_stack = dt_type_stack_n(ts, 20, false);
	ts->t_ustack = dt_type_stack_n(ts, 20, true);
	ts->t_void_ptr = dt_type_ptr(ts, ts->t_void);
	ts->t_char_ptr = dt_type_ptr(ts, ts->t_char);
	add_typedefs(ts);
	add_cpuinfo(ts);
}

void dt_types_fini(struct dt_types *ts)
{
	dt_btf_close(ts->btf);
	ts->btf = NULL;
}

/* ------------------------------------------------------------------ derived types */

struct dkey {
	uint32_t kind, count, flags, n;
	const void *to;
};

static struct dt_type *derived(struct dt_types *ts, const void *key, size_t len,
			       enum dt_type_kind kind, bool *fresh)
{
	struct dt_type *t = dt_map_get(ts->derived, key, len);

	*fresh = !t;
	if (!t) {
		t = new_type(ts, kind, NULL, 0);
		dt_map_set(ts->derived, key, len, t);
	}
	return t;
}

static const struct dt_type *pointer(struct dt_types *ts, const struct dt_type *to, bool userland)
{
	struct dkey k = {TY_PTR, 0, userland, 0, to};
	bool fresh;
	struct dt_type *t = derived(ts, &k, sizeof(k), TY_PTR, &fresh);

	if (fresh) {
		t->to = to;
		t->size = t->align = 8;
		t->userland = userland;
	}
	return t;
}

const struct dt_type *dt_type_ptr(struct dt_types *ts, const struct dt_type *to)
{
	return pointer(ts, to, false);
}

const struct dt_type *dt_type_uptr(struct dt_types *ts, const struct dt_type *to)
{
	return pointer(ts, to, true);
}

const struct dt_type *dt_type_array(struct dt_types *ts, const struct dt_type *of, uint32_t count)
{
	struct dkey k = {TY_ARRAY, count, 0, 0, of};
	bool fresh;
	struct dt_type *t = derived(ts, &k, sizeof(k), TY_ARRAY, &fresh);

	if (fresh) {
		const struct dt_type *b = dt_type_base(of);

		t->to = of;
		t->count = count;
		/* an overflowing product is refused where arrays are declared; BTF's gives 0 */
		if (__builtin_mul_overflow(b->size, (uint64_t)count, &t->size))
			t->size = 0;
		t->align = b->align ? b->align : 1;
	}
	return t;
}

const struct dt_type *dt_type_qual(struct dt_types *ts, const struct dt_type *t, unsigned quals)
{
	struct dkey k = {TY_TYPEDEF, 0, 0, 0, NULL};
	struct dt_type *q;
	bool fresh;

	quals &= DT_Q_CONST | DT_Q_VOLATILE | DT_Q_RESTRICT;
	if (t->kind == TY_TYPEDEF && !t->name && t->to) {
		quals |= t->quals;
		t = t->to;
	}
	if (!quals || t->kind == TY_ERROR)
		return t;
	k.flags = quals;
	k.to = t;
	q = derived(ts, &k, sizeof(k), TY_TYPEDEF, &fresh);
	if (fresh) {
		q->to = t;
		q->quals = (uint8_t)quals;
		q->size = t->size;
		q->align = t->align;
		q->is_signed = t->is_signed;
	}
	return q;
}

const struct dt_type *dt_type_func(struct dt_types *ts, const struct dt_type *result,
				   const struct dt_member *params, uint32_t n, bool varargs)
{
	size_t len = sizeof(struct dkey) + n * sizeof(void *);
	struct dkey *k = dt_alloc(ts->arena, len);
	const void **types = (const void **)(k + 1);
	struct dt_type *t;
	bool fresh;

	*k = (struct dkey){TY_FUNC, n, varargs, 0, result};
	for (uint32_t i = 0; i < n; i++)
		types[i] = params[i].type;
	t = derived(ts, k, len, TY_FUNC, &fresh);
	if (fresh) {
		t->to = result;
		t->varargs = varargs;
		for (uint32_t i = 0; i < n; i++)
			dt_vec_push(ts->arena, &t->members, params[i]);
	}
	return t;
}

const struct dt_type *dt_type_string_n(struct dt_types *ts, uint32_t size)
{
	struct dkey k = {TY_STRING, size, 0, 0, NULL};
	bool fresh;
	struct dt_type *t = derived(ts, &k, sizeof(k), TY_STRING, &fresh);

	if (fresh) {
		t->size = size;
		t->align = 1;
		t->name = "string";
	}
	return t;
}

const struct dt_type *dt_type_stack_n(struct dt_types *ts, uint32_t frames, bool user)
{
	struct dkey k = {TY_STACK, frames, user, 0, NULL};
	bool fresh;
	struct dt_type *t = derived(ts, &k, sizeof(k), TY_STACK, &fresh);

	if (fresh) {
		t->size = 8 * (uint64_t)frames + (user ? 8 : 0);
		t->align = 8;
		t->userland = user;
		t->name = user ? "ustack" : "stack";
	}
	return t;
}

const struct dt_type *dt_type_dyn(struct dt_types *ts, const struct dt_type *as)
{
	struct dkey k = {TY_DYN, 0, 0, 0, as};
	bool fresh;
	struct dt_type *t = derived(ts, &k, sizeof(k), TY_DYN, &fresh);

	if (fresh)
		t->to = as;
	return t;
}

/* ------------------------------------------------------------------ names */

static const char *tag_key(struct dt_types *ts, enum dt_type_kind kind, const char *name)
{
	return dt_asprintf(ts->arena, "%c:%s",
			   kind == TY_STRUCT  ? 's'
			   : kind == TY_UNION ? 'u'
					      : 'e',
			   name);
}

static struct dt_type *own_lookup(struct dt_types *ts, enum dt_type_kind kind, const char *name)
{
	if (kind == TY_TYPEDEF)
		return dt_map_gets(ts->typedefs, name);
	return dt_map_gets(ts->tags, tag_key(ts, kind, name));
}

const struct dt_type *dt_types_lookup(struct dt_types *ts, const char *module,
				      enum dt_type_kind kind, const char *name)
{
	const struct dt_type *t = NULL;

	if (module && !*module)
		module = NULL;
	if (!module || !strcmp(module, "D")) {
		t = own_lookup(ts, kind, name);
		if (!t && ts->resolve && ts->resolve(ts->resolve_ctx, name))
			t = own_lookup(ts, kind, name);
	}
	if (t || (module && !strcmp(module, "D")))
		return t;
	return dt_btf_lookup(ts, module, kind, name);
}

bool dt_types_declare(struct dt_types *ts, enum dt_type_kind kind, const char *name,
		      const struct dt_type *t)
{
	struct dt_type *old = own_lookup(ts, kind, name);

	if (old)
		return old == t || (kind == TY_TYPEDEF && dt_type_same(old, t));
	if (kind == TY_TYPEDEF)
		add_typedef(ts, dt_intern(ts->arena, name), t);
	else
		dt_map_sets(ts->tags, tag_key(ts, kind, name), (void *)(uintptr_t)t);
	return true;
}

struct dt_type *dt_type_new_tagged(struct dt_types *ts, enum dt_type_kind kind, const char *name)
{
	struct dt_type *t = new_type(ts, kind, name ? dt_intern(ts->arena, name) : NULL, 0);

	t->complete = false;
	t->align = 1;
	if (kind == TY_ENUM) {
		t->size = t->align = 4;
		t->is_signed = true;
	}
	return t;
}

/* Places a bit-field of `width` bits of a unit as the System V ABI does: it may not straddle a
 * unit. */
static uint64_t place_bits(uint64_t bit, uint64_t size, unsigned width)
{
	uint64_t unit = size * 8;

	if (unit && bit / unit != (bit + width - 1) / unit)
		bit = (bit + unit - 1) / unit * unit;
	return bit;
}

void dt_type_complete(struct dt_types *ts, struct dt_type *t)
{
	uint64_t bit = 0, end = 0;
	uint32_t align = 1;

	(void)ts;
	if (t->kind == TY_ENUM) {
		bool neg = false, wide = false;

		for (uint32_t i = 0; i < t->enums.n; i++) {
			neg |= t->enums.v[i].value < 0;
			wide |= t->enums.v[i].value > INT32_MAX || t->enums.v[i].value < INT32_MIN;
		}
		t->size = t->align = wide ? 8 : 4;
		t->is_signed = neg || !wide;
		t->complete = true;
		return;
	}
	for (uint32_t i = 0; i < t->members.n; i++) {
		struct dt_member *m = &t->members.v[i];
		const struct dt_type *b = dt_type_base(m->type);
		uint32_t al = b->align ? b->align : 1;

		if (t->kind == TY_UNION)
			bit = 0;
		if (m->bit_width) {
			bit = place_bits(bit, b->size, m->bit_width);
			m->bit_off = (uint32_t)bit;
			bit += m->bit_width;
			if (!m->name)
				al = 1; /* unnamed padding does not align the struct */
		} else {
			bit = (bit + 8 * al - 1) / (8 * al) * (8 * al);
			m->bit_off = (uint32_t)bit;
			bit += b->size * 8;
		}
		if (bit > end)
			end = bit;
		if (al > align)
			align = al;
	}
	t->size = ((end + 7) / 8 + align - 1) / align * align;
	t->align = align;
	t->complete = true;
}

bool dt_types_own_enumerator(struct dt_types *ts, const char *name, int64_t *value,
			     const struct dt_type **type)
{
	for (uint32_t i = 0; i < dt_map_count(ts->tags); i++) {
		const struct dt_type *t = dt_map_at(ts->tags, i, NULL, NULL);

		if (t->kind != TY_ENUM)
			continue;
		for (uint32_t k = 0; k < t->enums.n; k++)
			if (!strcmp(t->enums.v[k].name, name)) {
				*value = t->enums.v[k].value;
				*type = t;
				return true;
			}
	}
	return false;
}

bool dt_types_enumerator(struct dt_types *ts, const char *name, int64_t *value,
			 const struct dt_type **type)
{
	return dt_types_own_enumerator(ts, name, value, type) ||
	       dt_btf_enumerator(ts, name, value, type);
}

/* ------------------------------------------------------------------ members */

const struct dt_type *dt_type_fill(struct dt_types *ts, const struct dt_type *t)
{
	const struct dt_type *b = dt_type_base(t), *full;

	if (b->fill) {
		struct dt_type *w = (struct dt_type *)(uintptr_t)b;
		void (*fill)(struct dt_types *, struct dt_type *) = w->fill;

		w->fill = NULL;
		fill(ts, w);
	} else if (!b->complete && b->name && b->kind != TY_ERROR) {
		full = dt_types_lookup(ts, NULL, b->kind, b->name);
		if (full && full != b && full->complete) {
			dt_type_fill(ts, full);
			return full;
		}
	}
	return b;
}

static bool find_member(struct dt_types *ts, const struct dt_type *sou, const char *name,
			struct dt_member *out, int depth)
{
	const struct dt_type *t = dt_type_fill(ts, sou);

	if (depth > MEMBER_DEPTH || (t->kind != TY_STRUCT && t->kind != TY_UNION))
		return false;
	for (uint32_t i = 0; i < t->members.n; i++) {
		const struct dt_member *m = &t->members.v[i];

		if (m->name && !strcmp(m->name, name)) {
			*out = *m;
			return true;
		}
	}
	for (uint32_t i = 0; i < t->members.n; i++) {
		const struct dt_member *m = &t->members.v[i];

		if (!m->name && !m->bit_width && dt_type_is_sou(m->type) &&
		    find_member(ts, m->type, name, out, depth + 1)) {
			out->bit_off += m->bit_off;
			return true;
		}
	}
	return false;
}

bool dt_type_member(struct dt_types *ts, const struct dt_type *sou, const char *name,
		    struct dt_member *out)
{
	return find_member(ts, sou, name, out, 0);
}

const struct dt_type *dt_types_symbol(struct dt_types *ts, const char *module, const char *name)
{
	if (module && !*module)
		module = NULL;
	return dt_btf_symbol(ts, module, name);
}
