/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names: identifiers, members, subscripts, and what * and & make of them.
 *
 * An identifier is, in this order: an inline, a D variable, a built-in variable, a declared extern,
 * an enumerator of D, a predefined constant, and only then (it costs opening BTF) an enumerator of
 * the kernel's.
 */
#include "sema/check.h"

enum dt_space dt_check_space(const struct dt_type *t, enum dt_space where)
{
	const struct dt_type *b = dt_type_base(t);

	if (b->kind != TY_PTR)
		return where;
	/* what user memory points to is the user's; scratch memory holds copies of anything */
	return b->userland || where == SP_USER ? SP_USER : SP_KERNEL;
}

/* ------------------------------------------------------------------ variables */

static void set_var(struct dt_sema *s, struct dt_expr *e, struct dt_var *v)
{
	e->kind = E_VAR;
	e->var = v;
	e->type = v->type;
	e->a = NULL;
	if (v->type->kind == TY_ERROR)
		dt_poison(s, e);
	else if (dt_type_is_ptr(v->type))
		e->space = v->space ? v->space : dt_check_space(v->type, SP_NONE);
}

static void undefined(struct dt_sema *s, struct dt_expr *e, const char *prefix, const char *name)
{
	dt_error(s->diags, e->span, D_VAR_UNDEF, "%s%s has not yet been declared or assigned",
		 prefix, name);
	dt_poison(s, e);
}

void dt_check_scoped(struct dt_sema *s, struct dt_expr *e)
{
	bool self = e->kind == E_SELF;
	struct dt_var *v = dt_scope_find(s, self ? DT_VAR_SELF : DT_VAR_THIS, e->name);

	if (!v) {
		undefined(s, e, self ? "self->" : "this->", e->name);
	} else if (v->is_assoc) {
		dt_error(s->diags, e->span, D_IDENT_BADREF,
			 "associative array %s may not be used without a subscript",
			 dt_scope_name(s, v));
		dt_poison(s, e);
	} else {
		set_var(s, e, v);
	}
}

/* A kernel symbol: `name, module`name, or a name declared extern. */
static void check_symbol(struct dt_sema *s, struct dt_expr *e)
{
	const char *mod = e->module && *e->module ? e->module : NULL;
	const struct dt_type *t = dt_map_gets(s->symbols, e->name);
	bool is_extern = !e->module;
	uint64_t addr = s->symbol ? s->symbol(s->symbol_ctx, mod, e->name) : 0;

	if (!addr) {
		dt_error(s->diags, e->span, is_extern ? D_ASRELO : D_IDENT_UNDEF,
			 "failed to resolve %s`%s: no such symbol in %s", mod ? mod : "", e->name,
			 mod ? mod : "the kernel");
		dt_poison(s, e);
		return;
	}
	if (!t)
		t = dt_types_symbol(s->types, mod, e->name);
	if (!t) {
		struct dt_diagnostic *g =
			dt_error(s->diags, e->span, D_SYM_NOTYPES, "no type is known for %s`%s",
				 mod ? mod : "", e->name);
		g->hint = dt_asprintf(s->arena, "declare it: extern TYPE %s;", e->name);
		dt_poison(s, e);
		return;
	}
	e->kind = E_SYM;
	e->type = t;
	e->ival = (int64_t)addr;
	e->space = dt_check_space(t, SP_KERNEL);
}

static bool check_builtin(struct dt_sema *s, struct dt_expr *e)
{
	enum dt_builtin b;
	char kind;
	int argn;

	if (!dt_builtin_find(e->name, &b, &argn, &kind))
		return false;
	if (kind == 'A') {
		dt_error(s->diags, e->span, D_IDENT_BADREF,
			 "array %s may not be used without a subscript", e->name);
		dt_poison(s, e);
		return true;
	}
	e->kind = E_BUILTIN;
	e->builtin = (int)b;
	e->ival = argn;
	e->type = b == BV_ARGN ? s->types->t_int64 : dt_builtin_type(s, b);
	if (b == BV_ARGN && s->clause)
		s->clause->info->args_read |= 1u << argn;
	if (!e->type) {
		dt_error(s->diags, e->span, D_TYPE_ERR,
			 "the type of %s is not known: the kernel has no type information",
			 e->name);
		dt_poison(s, e);
		return true;
	}
	e->space = dt_check_space(e->type, SP_NONE);
	return true;
}

static bool check_constant(struct dt_sema *s, struct dt_expr *e)
{
	const struct dt_type *t;
	int64_t v;

	if (dt_types_own_enumerator(s->types, e->name, &v, &t))
		dt_fold_set(e, t, v);
	else if (dt_predefined(e->name, &v))
		dt_fold_set(e, strcmp(e->name, "NULL") ? s->types->t_int : s->types->t_long, v);
	else if (dt_types_enumerator(s->types, e->name, &v, &t))
		dt_fold_set(e, t, v);
	else
		return false;
	return true;
}

/* "python*", if the clause's probes are in every process that has python's: their provider is called
 * by the number of the one that fires. */
static const char *any_process(const struct dt_sema *s)
{
	const struct dt_clause *c = s->clause;

	for (uint32_t i = 0; c && i < c->probes.n; i++)
		if (c->probes.v[i]->prov != c->probes.v[0]->prov)
			return NULL;
	return c && c->probes.n && strchr(c->probes.v[0]->prov, '*') ? c->probes.v[0]->prov : NULL;
}

static struct dt_expr *made(struct dt_sema *s, struct dt_span at, enum dt_expr_kind kind,
			    const char *name, struct dt_expr *of)
{
	struct dt_expr *e = DT_NEW(s->arena, struct dt_expr);

	*e = (struct dt_expr){.kind = kind, .span = at, .height = 1};
	if (kind == E_STRING) {
		e->str = name;
		e->len = (uint32_t)strlen(name);
	} else {
		e->name = dt_intern(s->arena, name);
	}
	if (of)
		e->height = (uint16_t)(of->height + 2);
	if (kind != E_CALL)
		return e;
	e->a = made(s, at, E_IDENT, name, NULL);
	dt_vec_push(s->arena, &e->list, of);
	return e;
}

/* probeprov there: strjoin("python", lltostr(pid)). */
static bool check_probeprov(struct dt_sema *s, struct dt_expr **pe)
{
	const char *prov = any_process(s);
	struct dt_span at = (*pe)->span;
	struct dt_expr *number;

	if (!prov || strcmp((*pe)->name, "probeprov") != 0)
		return false;
	number = made(s, at, E_CALL, "lltostr", made(s, at, E_IDENT, "pid", NULL));
	*pe = made(s, at, E_CALL, "strjoin",
		   made(s, at, E_STRING, dt_strndup(s->arena, prov, strcspn(prov, "*")), NULL));
	dt_vec_push(s->arena, &(*pe)->list, number);
	(*pe)->height = (uint16_t)(number->height + 2);
	dt_check_expr(s, pe, CX_ARG);
	return true;
}

void dt_check_ident(struct dt_sema *s, struct dt_expr **pe)
{
	struct dt_expr *e = *pe;
	const char *tick = strrchr(e->name, '`');
	struct dt_inline *inl;
	struct dt_var *v;

	if (tick && !e->module) {
		e->module = dt_intern_n(s->arena, e->name, (size_t)(tick - e->name));
		e->name = dt_intern(s->arena, tick + 1);
	}
	if (e->module) {
		check_symbol(s, e);
		return;
	}
	inl = dt_map_gets(s->inlines, e->name);
	if (inl) {
		dt_check_expand(s, pe, inl);
		return;
	}
	v = dt_scope_find(s, DT_VAR_GLOBAL, e->name);
	if (v && v->is_assoc) {
		dt_error(s->diags, e->span, D_IDENT_BADREF,
			 "associative array %s may not be used without a subscript", e->name);
		dt_poison(s, e);
	} else if (v) {
		set_var(s, e, v);
	} else if (check_probeprov(s, pe) || check_builtin(s, e)) {
		return;
	} else if (dt_map_gets(s->symbols, e->name)) {
		check_symbol(s, e);
	} else if (dt_func_find(e->name)) {
		dt_error(s->diags, e->span, D_IDENT_BADREF,
			 "function %s may not be used as a variable", e->name);
		dt_poison(s, e);
	} else if (!check_constant(s, e)) {
		dt_error(s->diags, e->span, D_IDENT_UNDEF,
			 "failed to resolve %s: unknown variable name", e->name);
		dt_poison(s, e);
	}
}

/* EXP-03: an identifier compared with a value of an enum type is first one of its enumerators. */
bool dt_check_enum_name(struct dt_sema *s, struct dt_expr *e, const struct dt_type *en)
{
	const struct dt_type *t = dt_type_base(en);

	if (e->kind != E_IDENT || e->module || t->kind != TY_ENUM)
		return false;
	for (uint32_t i = 0; i < t->enums.n; i++) {
		enum dt_builtin b;
		char kind;
		int argn;

		if (strcmp(t->enums.v[i].name, e->name))
			continue;
		if (dt_scope_find(s, DT_VAR_GLOBAL, e->name) || dt_map_gets(s->inlines, e->name) ||
		    dt_builtin_find(e->name, &b, &argn, &kind)) {
			dt_error(s->diags, e->span, D_IDENT_AMBIG,
				 "%s is both a variable and an enumerator of %s", e->name,
				 dt_type_str(s->arena, t));
			dt_poison(s, e);
			return true;
		}
		dt_fold_set(e, en, t->enums.v[i].value);
		return true;
	}
	return false;
}

/* The type a new variable gets from its first value. NULL after reporting. */
static const struct dt_type *var_type(struct dt_sema *s, const struct dt_expr *rhs,
				      const struct dt_type *t, struct dt_span at)
{
	const struct dt_type *b = dt_type_base(t);

	if (rhs && dt_is_bitfield(rhs))
		return dt_conv_promote(s->types, t);
	switch (b->kind) {
	case TY_STRING: return s->types->t_string;
	case TY_FUNC: return dt_type_ptr(s->types, b);
	case TY_ERROR: return s->types->t_error;
	case TY_ARRAY:
		if (!b->count)
			return dt_type_ptr(s->types, b->to);
		break;
	case TY_VOID:
	case TY_DYN:
		dt_error(s->diags, at, b->kind == TY_DYN ? D_OP_DYN : D_OP_INCOMPAT,
			 "a value of type %s may not be assigned", dt_type_str(s->arena, t));
		return s->types->t_error;
	default: break;
	}
	while (t->kind == TY_TYPEDEF && !t->name) /* a copy of a const value is not const */
		t = t->to;
	return t;
}

void dt_check_create(struct dt_sema *s, struct dt_expr *lhs, const struct dt_expr *rhs,
		     const struct dt_type *t)
{
	struct dt_expr *name = lhs->kind == E_INDEX ? lhs->a : lhs;
	enum dt_var_kind k;
	enum dt_builtin b;
	struct dt_var *v;
	int64_t value;
	char kind;
	int argn;

	switch (name->kind) {
	case E_IDENT: k = DT_VAR_GLOBAL; break;
	case E_SELF: k = DT_VAR_SELF; break;
	case E_THIS: k = DT_VAR_THIS; break;
	default: return;
	}
	if (k == DT_VAR_GLOBAL &&
	    (name->module || strchr(name->name, '`') || dt_map_gets(s->inlines, name->name) ||
	     dt_builtin_find(name->name, &b, &argn, &kind) || dt_map_gets(s->symbols, name->name) ||
	     dt_predefined(name->name, &value)))
		return;
	v = dt_scope_find(s, k, name->name);
	if (!v && !(k == DT_VAR_THIS && lhs != name)) {
		v = dt_scope_add(s, k, name->name, var_type(s, rhs, t, lhs->span), name->span);
		v->is_assoc = lhs != name;
	}
	if (v)
		v->assigned = true;
}

/* ------------------------------------------------------------------ subscripts */

static void check_uregs(struct dt_sema *s, struct dt_expr *e)
{
	struct dt_expr *i = e->list.v[0];

	if (!dt_type_is_int(i->type)) {
		dt_error(s->diags, i->span, D_PROTO_ARG, "the index of uregs[] must be an integer");
		dt_poison(s, e);
		return;
	}
	if (i->is_const && (i->ival < 0 || i->ival > DT_UREGS_MAX)) {
		dt_error(s->diags, i->span, D_UNKNOWN, "index %lld is out of range for uregs[]",
			 (long long)i->ival);
		dt_poison(s, e);
		return;
	}
	e->kind = E_BUILTIN;
	e->builtin = BV_UREGS;
	e->type = s->types->t_uint64;
	e->a = NULL;
	if (i->is_const) {
		e->ival = i->ival;
		e->list.n = 0;
	}
}

/* args[] and uregs[]. True if the base was one of them (the node is then done). */
static bool index_builtin(struct dt_sema *s, struct dt_expr **pe)
{
	struct dt_expr *e = *pe;
	enum dt_builtin b;
	char kind;
	int argn;

	if (e->a->module || !dt_builtin_find(e->a->name, &b, &argn, &kind) || kind != 'A')
		return false;
	if (e->list.n != 1) {
		dt_error(s->diags, e->span, D_PROTO_LEN, "%s[] takes one subscript, not %u",
			 e->a->name, e->list.n);
		dt_poison(s, e);
		return true;
	}
	dt_check_expr(s, &e->list.v[0], CX_ARG);
	if (dt_bad(e->list.v[0]))
		dt_poison(s, e);
	else if (b == BV_ARGS)
		dt_check_args(s, pe);
	else
		check_uregs(s, e);
	return true;
}

static void index_assoc(struct dt_sema *s, struct dt_expr *e, struct dt_var *v)
{
	if (!dt_check_keys(s, e, &v->keys, v->keys.n > 0, v->declared, dt_scope_name(s, v))) {
		dt_poison(s, e);
		return;
	}
	set_var(s, e, v);
	if (e->kind == E_VAR)
		e->kind = E_ASSOC;
}

/* C's subscript: an array or a pointer. */
static void index_element(struct dt_sema *s, struct dt_expr *e)
{
	const struct dt_type *t = dt_type_base(e->a->type), *el;
	struct dt_expr *i = e->list.v[0];
	enum dt_space where;

	if (t->kind != TY_ARRAY && t->kind != TY_PTR) {
		dt_error(s->diags, e->span, e->a->kind == E_VAR ? D_IDENT_BADREF : D_DEREF_NONPTR,
			 "a value of type %s may not be subscripted: it is no array or pointer",
			 dt_tstr(s, e->a));
		dt_poison(s, e);
		return;
	}
	el = dt_type_base(t->to);
	if (el->kind == TY_VOID || el->kind == TY_FUNC) {
		dt_error(s->diags, e->span, el->kind == TY_VOID ? D_DEREF_VOID : D_DEREF_FUNC,
			 "a pointer to %s may not be subscripted",
			 el->kind == TY_VOID ? "void" : "a function");
		dt_poison(s, e);
		return;
	}
	if (!dt_type_is_int(i->type)) {
		dt_error(s->diags, i->span, D_OP_INCOMPAT, "a subscript must be an integer, not %s",
			 dt_tstr(s, i));
		dt_poison(s, e);
		return;
	}
	if (t->kind == TY_ARRAY && t->count && i->is_const &&
	    (i->ival < 0 || (uint64_t)i->ival >= t->count)) {
		dt_error(s->diags, i->span, D_ARR_BOUNDS, "index %lld is out of bounds for %s",
			 (long long)i->ival, dt_tstr(s, e->a));
		dt_poison(s, e);
		return;
	}
	if (!dt_type_fill(s->types, t->to)->complete) {
		dt_error(s->diags, e->span, D_OP_INCOMPLETE, "%s is an incomplete type",
			 dt_type_str(s->arena, t->to));
		dt_poison(s, e);
		return;
	}
	where = e->a->space;
	e->kind = E_ELEM;
	e->type = t->to;
	e->space = dt_check_space(e->type, where);
}

/* The variable a subscript's base names, or NULL; may report and poison e. */
static struct dt_var *index_base(struct dt_sema *s, struct dt_expr *e)
{
	struct dt_expr *a = e->a;
	struct dt_var *v;

	switch (a->kind) {
	case E_IDENT:
		if (a->module || strchr(a->name, '`') || dt_map_gets(s->inlines, a->name))
			return NULL;
		v = dt_scope_find(s, DT_VAR_GLOBAL, a->name);
		if (!v) {
			int64_t val;
			enum dt_builtin b;
			char kind;
			int argn;

			if (!dt_builtin_find(a->name, &b, &argn, &kind) &&
			    !dt_map_gets(s->symbols, a->name) && !dt_predefined(a->name, &val))
				undefined(s, e, "", dt_asprintf(s->arena, "%s[]", a->name));
		}
		return v;
	case E_SELF:
		v = dt_scope_find(s, DT_VAR_SELF, a->name);
		if (!v)
			undefined(s, e, "self->", dt_asprintf(s->arena, "%s[]", a->name));
		return v;
	case E_THIS:
		v = dt_scope_find(s, DT_VAR_THIS, a->name);
		if (!v || (dt_type_kind(v->type) != TY_ARRAY && dt_type_kind(v->type) != TY_PTR &&
			   v->type->kind != TY_ERROR)) {
			dt_error(
				s->diags, e->span, D_ARR_LOCAL,
				"this->%s: a clause-local variable may not be an associative array",
				a->name);
			dt_poison(s, e);
		}
		return v;
	default: return NULL;
	}
}

void dt_check_index(struct dt_sema *s, struct dt_expr **pe)
{
	struct dt_expr *e = *pe;
	struct dt_inline *inl;
	struct dt_var *v;

	if (e->a->kind == E_AGG) {
		dt_error(s->diags, e->span, D_AGG_MDIM,
			 "@%s: an aggregation takes one list of keys, not several", e->a->name);
		dt_poison(s, e);
		return;
	}
	if (e->a->kind == E_IDENT) {
		inl = e->a->module ? NULL : dt_map_gets(s->inlines, e->a->name);
		if (inl && inl->decl->derivs.n) {
			dt_check_expand(s, pe, inl);
			return;
		}
	}
	v = index_base(s, e);
	if (e->kind == E_ERROR)
		return;
	if (v && v->is_assoc) {
		index_assoc(s, e, v);
		return;
	}
	if (e->a->kind == E_IDENT && !v && index_builtin(s, pe))
		return;
	dt_check_expr(s, &e->a, CX_VALUE);
	for (uint32_t i = 0; i < e->list.n; i++) {
		dt_check_expr(s, &e->list.v[i], CX_ARG);
		if (dt_bad(e->list.v[i]))
			dt_poison(s, e);
	}
	if (dt_bad(e->a))
		dt_poison(s, e);
	if (e->kind == E_ERROR)
		return;
	if (e->list.n != 1) {
		dt_error(s->diags, e->span, D_ARR_BADREF,
			 "a list of subscripts is for associative arrays, not for a value of type "
			 "%s",
			 dt_tstr(s, e->a));
		dt_poison(s, e);
		return;
	}
	index_element(s, e);
}

/* ------------------------------------------------------------------ members, * and & */

void dt_check_member(struct dt_sema *s, struct dt_expr **pe)
{
	struct dt_expr *e = *pe;
	const struct dt_type *t, *sou;
	bool arrow = e->kind == E_ARROW;
	enum dt_space where;

	dt_check_expr(s, &e->a, CX_VALUE);
	if (dt_bad(e->a)) {
		dt_poison(s, e);
		return;
	}
	if (dt_type_kind(e->a->type) == TY_DYN && dt_type_base(e->a->type)->to) {
		dt_check_translated_member(s, pe);
		return;
	}
	if (arrow && dt_type_kind(e->a->type) == TY_ARRAY && !dt_check_decay(s, &e->a)) {
		dt_poison(s, e);
		return;
	}
	t = dt_type_base(e->a->type);
	if (arrow && t->kind != TY_PTR) {
		dt_error(s->diags, e->span, D_OP_PTR, "left side of -> must be a pointer, not %s",
			 dt_tstr(s, e->a));
		dt_poison(s, e);
		return;
	}
	sou = dt_type_base(arrow ? t->to : t);
	if (!dt_type_is_sou(sou)) {
		struct dt_diagnostic *g =
			dt_error(s->diags, e->span, D_OP_SOU,
				 "left side of %s must be a %s, not %s", arrow ? "->" : ".",
				 arrow ? "pointer to a struct or union" : "struct or union",
				 dt_tstr(s, e->a));
		if (t->kind == TY_PTR && dt_type_is_sou(t->to) && !arrow)
			g->hint = "it is a pointer: use ->";
		dt_poison(s, e);
		return;
	}
	sou = dt_type_fill(s->types, sou);
	if (!sou->complete) {
		dt_error(s->diags, e->span, D_OP_INCOMPLETE,
			 "%s is an incomplete type: it has no member %s",
			 dt_type_str(s->arena, sou), e->name);
		dt_poison(s, e);
		return;
	}
	if (!dt_type_member(s->types, sou, e->name, &e->member)) {
		dt_error(s->diags, e->span, D_TYPE_MEMBER, "%s is not a member of %s", e->name,
			 dt_type_str(s->arena, sou));
		dt_poison(s, e);
		return;
	}
	e->type = e->member.type;
	if (e->type->kind == TY_ERROR) {
		dt_error(s->diags, e->span, D_TYPE_ERR, "the type of member %s of %s is not known",
			 e->name, dt_type_str(s->arena, sou));
		dt_poison(s, e);
		return;
	}
	if (arrow && e->a->kind == E_BUILTIN && e->a->builtin == BV_CURCPU) {
		/* curcpu points nowhere: its members are what can be had without it */
		if (!strcmp(e->name, "cpu_id")) {
			e->kind = E_BUILTIN;
			e->builtin = BV_CPU;
			e->a = NULL;
		} else {
			dt_fold_set(e, e->type, 0);
		}
		return;
	}
	where = e->a->space;
	e->space = dt_check_space(e->type, where);
}

void dt_check_deref(struct dt_sema *s, struct dt_expr **pe)
{
	struct dt_expr *e = *pe;
	const struct dt_type *t, *to;

	dt_check_expr(s, &e->a, CX_VALUE);
	if (dt_bad(e->a)) {
		dt_poison(s, e);
		return;
	}
	if (dt_check_translated_deref(s, e))
		return;
	t = dt_type_base(e->a->type);
	if (t->kind == TY_ARRAY) { /* *array is array[0] */
		struct dt_expr *zero = DT_NEW(s->arena, struct dt_expr);

		zero->span = e->span;
		dt_fold_set(zero, s->types->t_int, 0);
		e->list.n = 0;
		dt_vec_push(s->arena, &e->list, zero);
		index_element(s, e);
		return;
	}
	if (t->kind != TY_PTR) {
		dt_error(s->diags, e->span, D_DEREF_NONPTR,
			 "a value of type %s may not be dereferenced", dt_tstr(s, e->a));
		dt_poison(s, e);
		return;
	}
	to = dt_type_base(t->to);
	if (to->kind == TY_VOID || to->kind == TY_FUNC) {
		dt_error(s->diags, e->span, to->kind == TY_VOID ? D_DEREF_VOID : D_DEREF_FUNC,
			 "a pointer to %s may not be dereferenced",
			 to->kind == TY_VOID ? "void" : "a function");
		dt_poison(s, e);
		return;
	}
	if (!dt_type_fill(s->types, to)->complete) {
		dt_error(s->diags, e->span, D_OP_INCOMPLETE, "%s is an incomplete type",
			 dt_type_str(s->arena, to));
		dt_poison(s, e);
		return;
	}
	e->type = t->to;
	e->space = dt_check_space(e->type, e->a->space);
}

enum dt_space dt_check_location(const struct dt_expr *e)
{
	switch (e->kind) {
	case E_SYM: return SP_KERNEL;
	case E_DEREF:
	case E_ARROW:
	case E_MEMBER:
	case E_ELEM: return e->a->space;
	case E_LET: return dt_check_location(e->b);
	default: return SP_NONE;
	}
}

void dt_check_addr(struct dt_sema *s, struct dt_expr *e)
{
	enum dt_space where;

	dt_check_expr(s, &e->a, CX_VALUE);
	if (dt_bad(e->a)) {
		dt_poison(s, e);
		return;
	}
	where = dt_check_location(e->a);
	if (dt_is_bitfield(e->a)) {
		dt_error(s->diags, e->span, D_ADDROF_BITFIELD, "a bit-field has no address");
	} else if (where != SP_NONE) {
		e->type = dt_type_ptr(s->types, e->a->type);
		e->space = where;
		return;
	} else {
		const struct dt_expr *root = e->a;

		while (root->kind == E_MEMBER || root->kind == E_ELEM)
			root = root->a;
		if (root->kind == E_VAR || root->kind == E_ASSOC || root->kind == E_BUILTIN ||
		    dt_type_kind(root->type) == TY_DYN)
			dt_error(s->diags, e->span, D_ADDROF_VAR, "a D variable has no address");
		else
			dt_error(s->diags, e->span, D_ADDROF_LVAL,
				 "the operand of & must be an object in memory");
	}
	dt_poison(s, e);
}
