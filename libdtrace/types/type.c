/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shape of types, and how they are spelled.
 *
 * A qualified type is a nameless TY_TYPEDEF around the type it qualifies, so that a struct is never
 * copied and dt_type_base() looks through typedefs and qualifiers alike.
 */
#include "types/type.h"

#include <stdio.h>

/* Types from a damaged source could be cyclic: everything that follows links counts them. */
#define LINKS_MAX 64

static const struct dt_type broken = {.kind = TY_ERROR, .complete = true};

const struct dt_type *dt_type_base(const struct dt_type *t)
{
	for (int i = 0; t && i < LINKS_MAX; i++) {
		if (t->kind != TY_TYPEDEF)
			return t;
		t = t->to;
	}
	return &broken;
}

bool dt_type_is_int(const struct dt_type *t)
{
	enum dt_type_kind k = dt_type_kind(t);

	return k == TY_INT || k == TY_ENUM;
}

bool dt_type_is_arith(const struct dt_type *t)
{
	return dt_type_is_int(t) || dt_type_kind(t) == TY_FLOAT;
}

bool dt_type_is_scalar(const struct dt_type *t)
{
	return dt_type_is_arith(t) || dt_type_kind(t) == TY_PTR;
}

bool dt_type_is_ptr(const struct dt_type *t)
{
	return dt_type_kind(t) == TY_PTR;
}

bool dt_type_is_string(const struct dt_type *t)
{
	return dt_type_kind(t) == TY_STRING;
}

bool dt_type_is_char_ptr(const struct dt_type *t)
{
	t = dt_type_base(t);
	if (t->kind != TY_PTR && t->kind != TY_ARRAY)
		return false;
	t = dt_type_base(t->to);
	return t->kind == TY_INT && t->size == 1 && t->rank != 1;
}

bool dt_type_is_sou(const struct dt_type *t)
{
	enum dt_type_kind k = dt_type_kind(t);

	return k == TY_STRUCT || k == TY_UNION;
}

bool dt_type_is_signed(const struct dt_type *t)
{
	return dt_type_base(t)->is_signed;
}

static bool same(const struct dt_type *a, const struct dt_type *b, int depth)
{
	a = dt_type_base(a);
	b = dt_type_base(b);
	if (a == b)
		return true;
	if (a->kind != b->kind || depth > LINKS_MAX)
		return false;
	switch (a->kind) {
	case TY_VOID:
	case TY_STRING: /* strings differ in capacity only */
	case TY_SYMADDR:
	case TY_USYMADDR: return true;
	case TY_INT:
		return a->size == b->size && a->is_signed == b->is_signed && a->rank == b->rank;
	case TY_FLOAT: return a->size == b->size;
	case TY_STACK: return a->userland == b->userland;
	case TY_PTR: return same(a->to, b->to, depth + 1);
	case TY_ARRAY: return a->count == b->count && same(a->to, b->to, depth + 1);
	case TY_FUNC:
		if (a->varargs != b->varargs || a->members.n != b->members.n ||
		    !same(a->to, b->to, depth + 1))
			return false;
		for (uint32_t i = 0; i < a->members.n; i++)
			if (!same(a->members.v[i].type, b->members.v[i].type, depth + 1))
				return false;
		return true;
	default: return false;
	}
}

bool dt_type_same(const struct dt_type *a, const struct dt_type *b)
{
	return same(a, b, 0);
}

/* ---- spelling: C's declarators are written from the inside out ---- */

static const char *qual_words(unsigned q)
{
	static const char *const words[8] = {
		"",          "const ",          "volatile ",          "const volatile ",
		"restrict ", "const restrict ", "volatile restrict ", "const volatile restrict ",
	};
	return words[q & 7];
}

static const char *spell(struct dt_arena *a, const struct dt_type *t, const char *inner, int depth);

static const char *spell_func(struct dt_arena *a, const struct dt_type *t, const char *inner,
			      int depth)
{
	const char *args = "";

	for (uint32_t i = 0; i < t->members.n && i < 32; i++)
		args = dt_asprintf(a, "%s%s%s", args, i ? ", " : "",
				   spell(a, t->members.v[i].type, "", depth + 8));
	if (t->varargs)
		args = dt_asprintf(a, "%s%s...", args, t->members.n ? ", " : "");
	else if (!t->members.n)
		args = "void";
	return spell(a, t->to, dt_asprintf(a, "%s(%s)", inner, args), depth + 1);
}

static const char *spell_base(const struct dt_type *t)
{
	switch (t->kind) {
	case TY_VOID: return "void";
	case TY_STRING: return "string";
	case TY_STACK: return t->userland ? "ustack" : "stack";
	case TY_SYMADDR: return "_symaddr";
	case TY_USYMADDR: return "_usymaddr";
	case TY_DYN: return "<dynamic>";
	case TY_ERROR: return "<error>";
	default: return t->name ? t->name : "<anonymous>";
	}
}

static const char *spell(struct dt_arena *a, const struct dt_type *t, const char *inner, int depth)
{
	const char *gap = *inner ? " " : "", *word;

	if (depth > LINKS_MAX || !t)
		return "...";
	switch (t->kind) {
	case TY_PTR:
		word = t->userland ? "userland " : "";
		if (t->to && (t->to->kind == TY_ARRAY || t->to->kind == TY_FUNC))
			return spell(a, t->to, dt_asprintf(a, "(%s*%s)", word, inner), depth + 1);
		return spell(a, t->to, dt_asprintf(a, "%s*%s", word, inner), depth + 1);
	case TY_ARRAY:
		if (!t->count)
			return spell(a, t->to, dt_asprintf(a, "%s[]", inner), depth + 1);
		return spell(a, t->to, dt_asprintf(a, "%s[%u]", inner, t->count), depth + 1);
	case TY_FUNC: return spell_func(a, t, inner, depth);
	case TY_DYN:
		if (!t->to)
			break;
		return dt_asprintf(a, "translated %s", spell(a, t->to, inner, depth + 1));
	case TY_TYPEDEF:
		if (t->name)
			break;
		if (t->to && t->to->kind == TY_PTR) /* int *const p */
			return spell(a, t->to, dt_asprintf(a, "%s%s", qual_words(t->quals), inner),
				     depth + 1);
		return dt_asprintf(a, "%s%s", qual_words(t->quals),
				   spell(a, t->to, inner, depth + 1));
	case TY_STRUCT:
	case TY_UNION:
	case TY_ENUM:
		word = t->kind == TY_STRUCT ? "struct" : t->kind == TY_UNION ? "union" : "enum";
		return dt_asprintf(a, "%s %s%s%s", word, t->name ? t->name : "<anonymous>", gap,
				   inner);
	default: break;
	}
	return dt_asprintf(a, "%s%s%s", spell_base(t), gap, inner);
}

const char *dt_type_str(struct dt_arena *a, const struct dt_type *t)
{
	const char *s = spell(a, t, "", 0);
	size_t n = strlen(s);

	/* "int *const " */
	return n && s[n - 1] == ' ' ? dt_intern_n(a, s, n - 1) : s;
}
