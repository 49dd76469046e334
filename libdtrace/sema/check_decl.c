/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Declarations: written types become types; variables, typedefs, structs, enums and externs are
 * entered; inlines are kept as trees and copied where they are used.
 */
#include "sema/check.h"

#define DECL_SIZE_MAX (1u << 30) /* bytes of one declared object */

/* ------------------------------------------------------------------ basic types */

static const struct dt_type *bad_words(struct dt_sema *s, const struct dt_tspec *sp,
				       enum dt_tag tag, const char *text)
{
	dt_error(s->diags, sp->span, tag, "%s", text);
	return NULL;
}

static const struct dt_type *basic_type(struct dt_sema *s, const struct dt_tspec *sp)
{
	struct dt_types *ts = s->types;
	unsigned w = sp->words, sign = w & (DT_W_SIGNED | DT_W_UNSIGNED),
		 len = w & (DT_W_SHORT | DT_W_LONG | DT_W_LLONG),
		 base = w &
			(DT_W_VOID | DT_W_CHAR | DT_W_INT | DT_W_FLOAT | DT_W_DOUBLE | DT_W_BOOL);
	bool u = sign == DT_W_UNSIGNED;

	if (sign == (DT_W_SIGNED | DT_W_UNSIGNED))
		return bad_words(s, sp, D_DECL_COMBO, "a type may not be both signed and unsigned");
	if ((len & DT_W_SHORT) && (len & (DT_W_LONG | DT_W_LLONG)))
		return bad_words(s, sp, D_DECL_COMBO, "a type may not be both short and long");
	if (base & (base - 1))
		return bad_words(s, sp, D_DECL_COMBO, "two basic types in one declaration");
	switch (base) {
	case DT_W_VOID:
		if (sign || len)
			return bad_words(s, sp, D_DECL_VOIDATTR, "void takes no attributes");
		return ts->t_void;
	case DT_W_CHAR:
		if (len)
			return bad_words(s, sp, D_DECL_CHARATTR, "char may not be short or long");
		return u ? ts->t_uchar : sign ? ts->t_schar : ts->t_char;
	case DT_W_FLOAT:
	case DT_W_DOUBLE:
		if (sign)
			return bad_words(s, sp, D_DECL_SIGNINT,
					 "signed and unsigned are for integers");
		if (len && (base == DT_W_FLOAT || len != DT_W_LONG))
			return bad_words(s, sp, D_DECL_LONGINT,
					 "this type may not be short or long");
		return base == DT_W_FLOAT ? ts->t_float : len ? ts->t_ldouble : ts->t_double;
	case DT_W_BOOL:
		if (sign)
			return bad_words(s, sp, D_DECL_SIGNINT,
					 "_Bool may not be signed or unsigned");
		if (len)
			return bad_words(s, sp, D_DECL_LONGINT, "_Bool may not be short or long");
		return ts->t_bool;
	default: break;
	}
	if (!base && !sign && !len)
		return bad_words(s, sp, D_DECL_IDENT, "a declaration needs a type");
	if (len & DT_W_LLONG)
		return u ? ts->t_ullong : ts->t_llong;
	if (len & DT_W_LONG)
		return u ? ts->t_ulong : ts->t_long;
	if (len & DT_W_SHORT)
		return u ? ts->t_ushort : ts->t_short;
	return u ? ts->t_uint : ts->t_int;
}

/* signed, long and so on before something that is no basic type */
static bool words_ok(struct dt_sema *s, const struct dt_tspec *sp)
{
	if (!sp->words)
		return true;
	if (sp->words & (DT_W_SIGNED | DT_W_UNSIGNED))
		bad_words(s, sp, D_DECL_SIGNINT, "signed and unsigned are for integer types");
	else if (sp->words & (DT_W_LONG | DT_W_LLONG | DT_W_SHORT))
		bad_words(s, sp, D_DECL_LONGINT, "short and long are for arithmetic types");
	else
		bad_words(s, sp, D_DECL_COMBO, "two types in one declaration");
	return false;
}

/* ------------------------------------------------------------------ struct, union, enum */

/* Whether a declared object of type t can exist; reports if not. */
static bool object_ok(struct dt_sema *s, struct dt_span at, const struct dt_type *t,
		      const char *name)
{
	const struct dt_type *b = dt_type_fill(s->types, t), *el = b;

	if (b->kind == TY_ERROR)
		return false;
	while (el->kind == TY_ARRAY)
		el = dt_type_fill(s->types, el->to);
	if (el->kind == TY_VOID)
		dt_error(s->diags, at, D_DECL_VOIDOBJ, "%s may not be of type void", name);
	else if (el->kind == TY_DYN)
		dt_error(s->diags, at, D_DECL_DYNOBJ, "%s may not be of a dynamic type", name);
	else if (!el->complete)
		dt_error(s->diags, at, D_DECL_INCOMPLETE, "%s is of incomplete type %s", name,
			 dt_type_str(s->arena, t));
	else if (el->kind == TY_FUNC)
		dt_error(s->diags, at, D_DECL_INCOMPLETE, "%s may not be a function", name);
	else
		return true;
	return false;
}

static void add_bitfield(struct dt_sema *s, struct dt_decl *d, struct dt_member *m)
{
	const struct dt_type *b = dt_type_base(m->type);
	int64_t w;

	if (!dt_check_const(s, &d->bits, D_DECL_BFCONST, "the width of a bit-field", &w)) {
		m->type = NULL;
	} else if (b->kind != TY_INT && b->kind != TY_ENUM) {
		dt_error(s->diags, d->span, D_DECL_BFTYPE,
			 "a bit-field must be of an integer type, not %s",
			 dt_type_str(s->arena, m->type));
		m->type = NULL;
	} else if (w < 0 || (uint64_t)w > b->size * 8 || (w == 0 && d->name)) {
		dt_error(s->diags, d->bits->span, D_DECL_BFSIZE,
			 "a bit-field of type %s may not be %lld bits wide",
			 dt_type_str(s->arena, m->type), (long long)w);
		m->type = NULL;
	} else if (w == 0) {
		/* int : 0 aligns what follows: so does an empty array */
		m->type = dt_type_array(s->types, m->type, 0);
	} else {
		m->bit_width = (uint16_t)w;
	}
}

static void add_member(struct dt_sema *s, struct dt_type *t, struct dt_decl *d, bool last)
{
	struct dt_member m = {.name = d->name};
	const struct dt_type *b;
	struct dt_member old;

	if (d->spec->storage != ST_NONE) {
		dt_error(s->diags, d->span, D_DECL_BADCLASS,
			 "a member may not have a storage class");
		return;
	}
	/* int a[]; only at the end */
	if (last && d->derivs.n && d->derivs.v[0].kind == DV_ARRAY && !d->derivs.v[0].count) {
		struct dt_expr *zero = DT_NEW(s->arena, struct dt_expr);

		zero->implicit = true;
		dt_fold_set(zero, s->types->t_int, 0);
		d->derivs.v[0].count = zero;
	}
	m.type = dt_sema_decl_type(s, d);
	if (!m.type || m.type->kind == TY_ERROR)
		return;
	b = dt_type_base(m.type);
	if (d->bits) {
		add_bitfield(s, d, &m);
		if (!m.type)
			return;
	} else if (!d->name) {
		if (!dt_type_is_sou(b) || d->derivs.n) {
			dt_error(s->diags, d->span, D_DECL_MNAME, "a member must have a name");
			return;
		}
		if (b->name && !d->spec->has_body)
			return; /* a nested forward declaration */
	}
	if (!object_ok(s, d->span, m.type, d->name ? d->name : "a member"))
		return;
	if (d->name && dt_type_member(s->types, t, d->name, &old)) {
		dt_error(s->diags, d->name_span, D_DECL_IDRED, "member %s is declared twice",
			 d->name);
		return;
	}
	dt_vec_push(s->arena, &t->members, m);
}

static void enum_items(struct dt_sema *s, struct dt_type *t, struct dt_tspec *sp)
{
	int64_t v = 0, old;
	const struct dt_type *ot;

	for (uint32_t i = 0; i < sp->items.n; i++, v++) {
		struct dt_enum_item *it = &sp->items.v[i];
		struct dt_enumerator e;

		if (it->value &&
		    !dt_check_const(s, &it->value, D_DECL_ENCONST, "an enumerator's value", &v))
			continue;
		if (v > INT32_MAX || v < INT32_MIN) {
			dt_error(s->diags, it->span, D_DECL_ENOFLOW,
				 "the value of enumerator %s does not fit an int", it->name);
			v = 0;
			continue;
		}
		if (dt_types_own_enumerator(s->types, it->name, &old, &ot)) {
			dt_error(s->diags, it->span, D_DECL_IDRED,
				 "enumerator %s is declared twice", it->name);
			continue;
		}
		e = (struct dt_enumerator){dt_intern(s->arena, it->name), v};
		dt_vec_push(s->arena, &t->enums, e);
	}
}

static const char *tag_word(enum dt_tspec_kind k)
{
	return k == TS_STRUCT ? "struct" : k == TS_UNION ? "union" : "enum";
}

static const struct dt_type *define_tagged(struct dt_sema *s, struct dt_tspec *sp,
					   enum dt_type_kind kind)
{
	struct dt_type *t = NULL;

	if (sp->name) {
		t = (struct dt_type *)(uintptr_t)dt_types_lookup(s->types, "D", kind, sp->name);
		if (t && (t->complete || t->fill)) {
			dt_error(s->diags, sp->span, D_DECL_TYPERED, "%s %s is declared twice",
				 tag_word(sp->kind), sp->name);
			return NULL;
		}
	}
	if (!t) {
		t = dt_type_new_tagged(s->types, kind, sp->name);
		/* members may point to it, enumerators refer to earlier ones */
		dt_types_declare(
			s->types, kind,
			sp->name ? sp->name
				 : dt_asprintf(s->arena, "#%u", dt_map_count(s->types->tags)),
			t);
	}
	if (kind == TY_ENUM) {
		enum_items(s, t, sp);
	} else {
		for (uint32_t i = 0; i < sp->members.n; i++)
			add_member(s, t, sp->members.v[i], i + 1 == sp->members.n);
	}
	dt_type_complete(s->types, t);
	return t;
}

static const struct dt_type *tagged_type(struct dt_sema *s, struct dt_tspec *sp)
{
	enum dt_type_kind kind = sp->kind == TS_STRUCT  ? TY_STRUCT
				 : sp->kind == TS_UNION ? TY_UNION
							: TY_ENUM;
	const struct dt_type *t;
	struct dt_type *fwd;

	if (sp->has_body)
		return define_tagged(s, sp, kind);
	t = dt_types_lookup(s->types, sp->module, kind, sp->name);
	if (t)
		return t;
	if (sp->module && *sp->module) {
		dt_error(s->diags, sp->span, D_IDENT_UNDEF, "no %s %s in %s", tag_word(sp->kind),
			 sp->name, sp->module);
		return NULL;
	}
	fwd = dt_type_new_tagged(s->types, kind, sp->name);
	dt_types_declare(s->types, kind, sp->name, fwd);
	return fwd;
}

static const struct dt_type *spec_type(struct dt_sema *s, struct dt_tspec *sp)
{
	const struct dt_type *t = NULL;

	if (sp->type)
		return sp->type;
	switch (sp->kind) {
	case TS_BASIC: t = basic_type(s, sp); break;
	case TS_STRING: t = words_ok(s, sp) ? s->types->t_string : NULL; break;
	case TS_NAME:
		if (!words_ok(s, sp))
			break;
		t = dt_types_lookup(s->types, sp->module, TY_TYPEDEF, sp->name);
		if (!t)
			dt_error(s->diags, sp->span,
				 sp->module && *sp->module ? D_IDENT_UNDEF : D_DECL_IDENT,
				 "%s%s%s is not a type", sp->module ? sp->module : "",
				 sp->module ? "`" : "", sp->name);
		break;
	default:
		if (words_ok(s, sp))
			t = tagged_type(s, sp);
	}
	if (t && sp->quals)
		t = dt_type_qual(s->types, t, sp->quals);
	sp->type = t ? t : s->types->t_error;
	return sp->type;
}

/* ------------------------------------------------------------------ declarators */

static const struct dt_type *array_of(struct dt_sema *s, const struct dt_type *t,
				      struct dt_deriv *dv)
{
	const struct dt_type *el = dt_type_fill(s->types, t);
	int64_t n = 0;

	if (!dv->count) {
		dt_error(s->diags, dv->span, D_DECL_ARRNULL,
			 "an array declaration needs a dimension");
		return NULL;
	}
	if (!dv->count->implicit) {
		if (!dt_check_const(s, &dv->count, D_DECL_ARRSUB, "the dimension of an array", &n))
			return NULL;
		if (n <= 0) {
			dt_error(s->diags, dv->span, D_DECL_ARRSUB,
				 "the dimension of an array must be positive");
			return NULL;
		}
	}
	if (!object_ok(s, dv->span, el, "an array element"))
		return NULL;
	if (n > UINT32_MAX || (el->size && (uint64_t)n > DECL_SIZE_MAX / el->size)) {
		dt_error(s->diags, dv->span, D_DECL_ARRBIG, "an array of %lld elements is too big",
			 (long long)n);
		return NULL;
	}
	return dt_type_array(s->types, t, (uint32_t)n);
}

/* Parameters of a function: arrays and functions become pointers, (void) is none. */
static const struct dt_type *func_of(struct dt_sema *s, const struct dt_type *t,
				     struct dt_deriv *dv)
{
	struct dt_member *params = DT_NEW_N(s->arena, struct dt_member, dv->params.n + 1);
	enum dt_type_kind rk = dt_type_kind(t);
	uint32_t n = 0;

	if (rk == TY_ARRAY || rk == TY_FUNC) {
		dt_error(s->diags, dv->span, D_DECL_COMBO, "a function may not return %s",
			 rk == TY_ARRAY ? "an array" : "a function");
		return NULL;
	}
	for (uint32_t i = 0; i < dv->params.n; i++) {
		struct dt_decl *p = dv->params.v[i];
		const struct dt_type *pt;

		if (p->spec->storage != ST_NONE && p->spec->storage != ST_REGISTER) {
			dt_error(s->diags, p->span, D_DECL_PARMCLASS,
				 "a parameter may not have this storage class");
			return NULL;
		}
		if (p->derivs.n && p->derivs.v[0].kind == DV_ARRAY)
			p->derivs.v[0].kind = DV_PTR;
		pt = dt_sema_decl_type(s, p);
		if (!pt || pt->kind == TY_ERROR)
			return NULL;
		if (dt_type_kind(pt) == TY_VOID) {
			if (dv->params.n == 1 && !p->name)
				break;
			dt_error(s->diags, p->span, D_DECL_PROTO_VOID,
				 "void must be the only parameter");
			return NULL;
		}
		if (dt_type_kind(pt) == TY_FUNC)
			pt = dt_type_ptr(s->types, pt);
		params[n].name = p->name;
		params[n++].type = pt;
	}
	return dt_type_func(s->types, t, params, n, dv->varargs);
}

/* The type of d's declarator from deriv `first` on. */
static const struct dt_type *declarator(struct dt_sema *s, struct dt_decl *d, uint32_t first)
{
	const struct dt_type *t = spec_type(s, d->spec);

	for (uint32_t i = d->derivs.n; t && t->kind != TY_ERROR && i-- > first;) {
		struct dt_deriv *dv = &d->derivs.v[i];

		switch (dv->kind) {
		case DV_PTR:
			t = d->spec->userland && i + 1 == d->derivs.n ? dt_type_uptr(s->types, t)
								      : dt_type_ptr(s->types, t);
			if (dv->quals)
				t = dt_type_qual(s->types, t, dv->quals);
			break;
		case DV_ARRAY: t = array_of(s, t, dv); break;
		case DV_FUNC: t = func_of(s, t, dv); break;
		case DV_KEYS:
			dt_error(s->diags, dv->span, D_DECL_ARRSUB,
				 "only a variable may be an associative array");
			t = NULL;
			break;
		}
	}
	return t ? t : s->types->t_error;
}

const struct dt_type *dt_sema_decl_type(struct dt_sema *s, struct dt_decl *d)
{
	if (!d->type) {
		if (++s->depth > DT_EXPR_DEPTH)
			dt_error(s->diags, d->span, D_SYNTAX, "declaration is too deeply nested");
		else
			d->type = declarator(s, d, 0);
		s->depth--;
		if (!d->type)
			d->type = s->types->t_error;
	}
	return d->type->kind == TY_ERROR ? NULL : d->type;
}

/* ------------------------------------------------------------------ tuples of declarations */

/* The parameters of name[type, type]: what may be a key. `what` for messages; named: names needed.
 */
static bool tuple_params(struct dt_sema *s, struct dt_deriv *dv, const char *what, bool named)
{
	if (dv->varargs) {
		dt_error(s->diags, dv->span, D_DECL_PROTO_VARARGS, "%s may not take ...", what);
		return false;
	}
	for (uint32_t i = 0; i < dv->params.n; i++) {
		struct dt_decl *p = dv->params.v[i];
		const struct dt_type *t;
		enum dt_type_kind k;

		if (p->spec->storage != ST_NONE) {
			dt_error(s->diags, p->span, D_DECL_PARMCLASS,
				 "a parameter may not have a storage class");
			return false;
		}
		t = dt_sema_decl_type(s, p);
		if (!t)
			return false;
		k = dt_type_kind(t);
		if (k == TY_VOID) {
			dt_error(s->diags, p->span, D_DECL_PROTO_VOID,
				 "%s may not take a void parameter", what);
			return false;
		}
		if (k == TY_STRUCT || k == TY_UNION || k == TY_FUNC || k == TY_DYN ||
		    k == TY_ARRAY || (k == TY_FLOAT && !named)) {
			dt_error(s->diags, p->span, D_DECL_PROTO_TYPE,
				 "parameter #%u of %s may not be of type %s", i + 1, what,
				 dt_type_str(s->arena, t));
			return false;
		}
		if (named && !p->name) {
			dt_error(s->diags, p->span, D_DECL_PROTO_NAME,
				 "parameter #%u of %s needs a name", i + 1, what);
			return false;
		}
	}
	return true;
}

static bool same_keys(struct dt_sema *s, const struct dt_var *v, struct dt_deriv *dv)
{
	uint32_t n = dv ? dv->params.n : 0;

	if (v->is_assoc != (dv != NULL) || (dv && v->keys.n != n))
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (!dt_type_same(v->keys.v[i].type, dt_sema_decl_type(s, dv->params.v[i])))
			return false;
	return true;
}

/* ------------------------------------------------------------------ variables and the rest */

static bool name_taken(struct dt_sema *s, struct dt_decl *d)
{
	enum dt_builtin b;
	char kind;
	int argn;

	if (!dt_map_gets(s->inlines, d->name) && !dt_builtin_find(d->name, &b, &argn, &kind) &&
	    !dt_func_find(d->name))
		return false;
	dt_error(s->diags, d->name_span, D_DECL_IDRED, "%s is already the name of %s", d->name,
		 dt_func_find(d->name)              ? "a function"
		 : dt_map_gets(s->inlines, d->name) ? "an inline"
						    : "a built-in variable");
	return true;
}

static void declare_var(struct dt_sema *s, struct dt_decl *d, enum dt_var_kind kind)
{
	struct dt_deriv *dv =
		d->derivs.n && d->derivs.v[0].kind == DV_KEYS ? &d->derivs.v[0] : NULL;
	const char *what = dt_asprintf(s->arena, "array %s", d->name);
	const struct dt_type *t;
	struct dt_var *v;

	if (dv && kind == DT_VAR_THIS) {
		dt_error(s->diags, d->span, D_DECL_LOCASSC,
			 "clause-local variable %s may not be an associative array", d->name);
		return;
	}
	if (kind == DT_VAR_GLOBAL && name_taken(s, d))
		return;
	t = declarator(s, d, dv ? 1 : 0);
	if (t->kind == TY_ERROR || (dv && !tuple_params(s, dv, what, false)) ||
	    !object_ok(s, d->span, t, d->name)) {
		/* poisoned, so that its uses are not reported too */
		if (!dt_scope_find(s, kind, d->name))
			dt_scope_add(s, kind, d->name, s->types->t_error, d->span)->is_assoc =
				dv != NULL;
		return;
	}
	v = dt_scope_find(s, kind, d->name);
	if (v) {
		if (v->type->kind != TY_ERROR &&
		    (!dt_type_same(v->type, t) || !same_keys(s, v, dv)))
			dt_error(s->diags, d->name_span, D_DECL_IDRED,
				 "%s is declared again with another type: %s, before %s",
				 dt_scope_name(s, v), dt_type_str(s->arena, t),
				 dt_type_str(s->arena, v->type));
		return;
	}
	v = dt_scope_add(s, kind, d->name, t, d->name_span);
	v->declared = true;
	v->is_assoc = dv != NULL;
	for (uint32_t i = 0; dv && i < dv->params.n; i++) {
		const struct dt_type *kt = dt_sema_decl_type(s, dv->params.v[i]);
		struct dt_key k = {.type = kt,
				   .size = dt_type_is_string(kt) ? 0
								 : (uint32_t)dt_type_base(kt)->size,
				   .strid = dt_type_is_string(kt)};

		dt_vec_push(s->arena, &v->keys, k);
	}
}

static void declare_typedef(struct dt_sema *s, struct dt_decl *d)
{
	const struct dt_type *t = dt_sema_decl_type(s, d);

	if (!t)
		return;
	if (!dt_types_declare(s->types, TY_TYPEDEF, d->name, t))
		dt_error(s->diags, d->name_span, D_DECL_TYPERED,
			 "type %s is declared again: %s, before %s", d->name,
			 dt_type_str(s->arena, t),
			 dt_type_str(s->arena, dt_type_base(dt_types_lookup(s->types, "D",
									    TY_TYPEDEF, d->name))));
}

/* extern: the type of a kernel symbol. */
static void declare_extern(struct dt_sema *s, struct dt_decl *d)
{
	const struct dt_type *t, *old = dt_map_gets(s->symbols, d->name);

	if (d->derivs.n && d->derivs.v[0].kind == DV_ARRAY && !d->derivs.v[0].count)
		t = dt_type_array(s->types, declarator(s, d, 1), 0);
	else
		t = dt_sema_decl_type(s, d);
	if (!t || t->kind == TY_ERROR ||
	    (dt_type_kind(t) != TY_FUNC && dt_type_kind(t) != TY_ARRAY &&
	     !object_ok(s, d->span, t, d->name)))
		return;
	if (old && !dt_type_same(old, t))
		dt_error(s->diags, d->name_span, D_DECL_IDRED,
			 "%s is declared again with another type: %s, before %s", d->name,
			 dt_type_str(s->arena, t), dt_type_str(s->arena, old));
	else
		dt_map_sets(s->symbols, d->name, (void *)(uintptr_t)t);
}

void dt_check_decl(struct dt_sema *s, struct dt_decl *d)
{
	struct dt_tspec *sp = d->spec;

	if (sp->storage == ST_AUTO || sp->storage == ST_REGISTER || sp->storage == ST_STATIC) {
		dt_error(s->diags, d->span, D_DECL_BADCLASS,
			 "storage class auto, register or static has no meaning in D");
		return;
	}
	if (!d->name) {
		const struct dt_type *t = dt_sema_decl_type(s, d);

		if (t && !(sp->has_body ||
			   (sp->name && (sp->kind == TS_STRUCT || sp->kind == TS_UNION))))
			dt_error(s->diags, d->span, D_DECL_USELESS,
				 "the declaration declares nothing");
		return;
	}
	if (strchr(d->name, '`')) {
		dt_error(s->diags, d->name_span, D_DECL_SCOPE,
			 "a declared name may not contain `: %s", d->name);
		return;
	}
	switch (sp->storage) {
	case ST_TYPEDEF: declare_typedef(s, d); break;
	case ST_EXTERN: declare_extern(s, d); break;
	case ST_SELF: declare_var(s, d, DT_VAR_SELF); break;
	case ST_THIS: declare_var(s, d, DT_VAR_THIS); break;
	default:
		/* C headers declare functions without extern */
		if (d->derivs.n && d->derivs.v[0].kind == DV_FUNC)
			declare_extern(s, d);
		else
			declare_var(s, d, DT_VAR_GLOBAL);
	}
}

/* ------------------------------------------------------------------ inlines */

struct dt_expr *dt_check_copy(struct dt_sema *s, const struct dt_expr *e, dt_subst_f *subst,
			      void *ctx)
{
	struct dt_expr *c;

	if (!e)
		return NULL;
	if (++s->ck->inline_nodes > DT_INLINE_NODES)
		return NULL;
	if (subst && e->kind == E_IDENT && !e->module && (c = subst(s, e, ctx)))
		return c;
	c = DT_NEW(s->arena, struct dt_expr);
	*c = *e;
	c->list.v = NULL;
	c->list.n = c->list.cap = 0;
	c->a = dt_check_copy(s, e->a, subst, ctx);
	c->b = dt_check_copy(s, e->b, subst, ctx);
	c->c = dt_check_copy(s, e->c, subst, ctx);
	for (uint32_t i = 0; i < e->list.n; i++) {
		struct dt_expr *x = dt_check_copy(s, e->list.v[i], subst, ctx);

		if (x)
			dt_vec_push(s->arena, &c->list, x);
	}
	return s->ck->inline_nodes > DT_INLINE_NODES ? NULL : c;
}

struct use {
	struct dt_deriv *params; /* NULL: none */
	struct dt_expr **args;
};

/* A parameter of an inline: the argument, converted. */
static struct dt_expr *argument(struct dt_sema *s, const struct dt_expr *ident, void *ctx)
{
	const struct use *u = ctx;
	struct dt_expr *c;

	for (uint32_t i = 0; u->params && i < u->params->params.n; i++)
		if (!strcmp(u->params->params.v[i]->name, ident->name)) {
			c = DT_NEW(s->arena, struct dt_expr);
			c->kind = E_CAST;
			c->span = ident->span;
			c->decl = u->params->params.v[i];
			c->a = dt_check_copy(s, u->args[i], NULL, NULL);
			return c->a ? c : NULL;
		}
	return NULL;
}

/* Checks a copy of the body and makes it the inline's type. */
static void use_inline(struct dt_sema *s, struct dt_expr **pe, struct dt_inline *inl,
		       struct dt_expr **args, struct dt_span at)
{
	struct dt_deriv *params = inl->decl->derivs.n ? &inl->decl->derivs.v[0] : NULL;
	struct use use = {params, args};
	struct dt_expr *e = dt_check_copy(s, inl->body, argument, &use);

	if (s->ck->inline_nodes > DT_INLINE_NODES || !e) {
		dt_error(s->diags, at, D_UNKNOWN, "the inlines of this program grow too big");
		e = DT_NEW(s->arena, struct dt_expr);
		e->span = at;
		dt_poison(s, e);
	}
	dt_check_expr(s, &e, CX_VALUE);
	if (!dt_bad(e) && !dt_check_is_translated(e, inl->decl->type) &&
	    !dt_check_coerce(s, &e, inl->decl->type)) {
		dt_error(s->diags, at, D_OP_INCOMPAT,
			 "inline %s is of type %s, but its value is of type %s", inl->decl->name,
			 dt_type_str(s->arena, inl->decl->type), dt_tstr(s, e));
		dt_poison(s, e);
	}
	if (inl->stability && !dt_bad(e) && e->kind != E_STRING) {
		*pe = dt_check_node(s, E_LET, at, e->type);
		(*pe)->b = e;
		(*pe)->space = e->space;
		(*pe)->is_const = e->is_const;
		(*pe)->ival = e->is_const ? e->ival : 0;
		(*pe)->stability = inl->stability;
		return;
	}
	*pe = e;
}

void dt_check_expand(struct dt_sema *s, struct dt_expr **pe, struct dt_inline *inl)
{
	struct dt_expr *e = *pe;
	uint32_t want = inl->decl->derivs.n ? inl->decl->derivs.v[0].params.n : 0;
	uint32_t got = e->kind == E_INDEX ? e->list.n : 0;

	if (want && e->kind != E_INDEX) {
		dt_error(s->diags, e->span, D_IDENT_BADREF,
			 "inline %s may not be used without arguments", inl->decl->name);
		dt_poison(s, e);
	} else if (want != got) {
		dt_error(s->diags, e->span, D_PROTO_LEN, "inline %s takes %u argument%s, not %u",
			 inl->decl->name, want, want == 1 ? "" : "s", got);
		dt_poison(s, e);
	} else {
		use_inline(s, pe, inl, e->list.v, e->span);
	}
}

void dt_check_inline(struct dt_sema *s, struct dt_inline *inl)
{
	struct dt_decl *d = inl->decl;
	struct dt_deriv *dv =
		d->derivs.n && d->derivs.v[0].kind == DV_KEYS ? &d->derivs.v[0] : NULL;
	struct dt_expr **args = NULL, *body;
	const char *what;

	if (!d->name) {
		dt_error(s->diags, d->span, D_DECL_USELESS, "an inline needs a name");
		return;
	}
	what = dt_asprintf(s->arena, "inline %s", d->name);
	if (name_taken(s, d))
		return;
	if (dt_scope_find(s, DT_VAR_GLOBAL, d->name)) {
		dt_error(s->diags, d->name_span, D_DECL_IDRED,
			 "%s is already the name of a variable", d->name);
		return;
	}
	if (dv && !tuple_params(s, dv, what, true))
		return;
	d->type = declarator(s, d, dv ? 1 : 0);
	if (d->type->kind == TY_ERROR || !object_ok(s, d->span, d->type, what))
		return;
	if (!dt_check_pragmas_define(s, d->name, &inl->stability))
		return;
	if (s->lazy) {
		d->derivs.v = dv;
		d->derivs.n = dv != NULL;
		dt_map_sets(s->inlines, d->name, inl);
		return;
	}
	if (dv) {
		/* tried out with arguments of the right types whose values are not known */
		args = DT_NEW_N(s->arena, struct dt_expr *, dv->params.n + 1);
		for (uint32_t i = 0; i < dv->params.n; i++) {
			struct dt_expr *z = DT_NEW(s->arena, struct dt_expr);

			z->kind = dt_type_is_string(dv->params.v[i]->type) ? E_STRING : E_IDENT;
			z->name = "arg0";
			z->str = "";
			z->span = dv->params.v[i]->span;
			args[i] = z;
		}
		d->derivs.v = dv; /* only the parameters are looked at from here on */
		d->derivs.n = 1;
	} else {
		d->derivs.n = 0;
	}
	use_inline(s, &body, inl, args, d->span);
	if (!dt_bad(body))
		dt_map_sets(s->inlines, d->name, inl);
}
