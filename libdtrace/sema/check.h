/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of sema/ share; nothing outside includes it.
 *
 * Checking an expression rewrites it in place (through a pointer to the pointer that holds it). A
 * node in error is poisoned: E_ERROR with TY_ERROR; whoever sees a poisoned operand poisons itself
 * and stays silent, so that one mistake gives one message.
 */
#ifndef DT_SEMA_CHECK_H
#define DT_SEMA_CHECK_H

#include "sema/sema.h"

#define DT_EXPR_DEPTH	 1500	   /* of a tree, e.g. of 1+1+1+...: what recursion can take */
#define DT_INLINE_NODES	 (1u << 20) /* copied for inlines in all: they can grow exponentially */

/* Where an expression stands: says what a function that is no value is told. */
enum dt_cx {
	CX_VALUE,
	CX_ARG,	 /* argument of a function, key of a tuple */
	CX_ARM,	 /* of ?: */
	CX_STMT, /* the whole statement */
};

struct dt_check {
	unsigned branches;	/* if/else around the current statement */
	uint32_t inline_nodes;
	int64_t bound;		/* numbers of E_LET given so far */
};

/* ---- check_expr.c, check_op.c ---- */
void dt_check_expr(struct dt_sema *s, struct dt_expr **pe, enum dt_cx cx);
void dt_check_operator(struct dt_sema *s, struct dt_expr **pe); /* unary, binary, logic, ?:, comma */
void dt_check_assign(struct dt_sema *s, struct dt_expr **pe, enum dt_cx cx);
void dt_check_cast(struct dt_sema *s, struct dt_expr **pe);
void dt_check_incdec(struct dt_sema *s, struct dt_expr **pe);
/* Makes *e a value of type t as assignment would; false (silently) if that is not allowed. */
bool dt_check_coerce(struct dt_sema *s, struct dt_expr **e, const struct dt_type *t);
/* Arrays and functions to pointers. False (reported) for an array that has no address. */
bool dt_check_decay(struct dt_sema *s, struct dt_expr **pe);
bool dt_check_ptr_compat(const struct dt_type *a, const struct dt_type *b);
/* Checks *pe and demands an integer constant; false (reported with `tag` or earlier) if not. */
bool dt_check_const(struct dt_sema *s, struct dt_expr **pe, enum dt_tag tag, const char *what,
		    int64_t *value);
/* What a value of type t that lies in `where` points into; for other types `where` itself. */
enum dt_space dt_check_space(const struct dt_type *t, enum dt_space where);

/* ---- check_name.c: identifiers, members, subscripts ---- */
void dt_check_ident(struct dt_sema *s, struct dt_expr **pe);
void dt_check_scoped(struct dt_sema *s, struct dt_expr *e); /* self->x, this->x */
void dt_check_index(struct dt_sema *s, struct dt_expr **pe);
void dt_check_member(struct dt_sema *s, struct dt_expr **pe);
void dt_check_deref(struct dt_sema *s, struct dt_expr **pe);
void dt_check_addr(struct dt_sema *s, struct dt_expr *e);
/* Where an lvalue lies; SP_NONE: in a D variable, or nowhere. */
enum dt_space dt_check_location(const struct dt_expr *e);
/* If `lhs` names a variable that does not exist yet, makes it, of type t. */
void dt_check_create(struct dt_sema *s, struct dt_expr *lhs, const struct dt_expr *rhs,
		     const struct dt_type *t);
bool dt_check_enum_name(struct dt_sema *s, struct dt_expr *e, const struct dt_type *en);

/* ---- check_call.c ---- */
void dt_check_call(struct dt_sema *s, struct dt_expr **pe, enum dt_cx cx);
/* Does the (unchecked) expression consist of calls of defined() alone? It is then a constant, and what
 * it decides against need not make sense. */
bool dt_check_is_defined_test(const struct dt_expr *e);
void dt_check_agg_assign(struct dt_sema *s, struct dt_expr *e);
/* Checks a tuple against its signature, or makes the signature (known = false). `declared`: its
 * types do not widen. */
bool dt_check_keys(struct dt_sema *s, struct dt_expr *e, struct dt_keyvec *keys, bool known,
		   bool declared, const char *what);

/* ---- check_decl.c ---- */
void dt_check_decl(struct dt_sema *s, struct dt_decl *d);
void dt_check_inline(struct dt_sema *s, struct dt_inline *inl);
/* A copy of a tree that need not be checked. Names for which `subst` gives something are replaced by
 * it. NULL: all copies of this program together are too big. */
typedef struct dt_expr *dt_subst_f(struct dt_sema *s, const struct dt_expr *ident, void *ctx);
struct dt_expr *dt_check_copy(struct dt_sema *s, const struct dt_expr *e, dt_subst_f *subst,
			      void *ctx);
/* Replaces the use *pe of an inline (with its arguments, or NULL) by its checked body. */
void dt_check_expand(struct dt_sema *s, struct dt_expr **pe, struct dt_inline *inl);

/* ---- translate.c ---- */
void dt_check_translator(struct dt_sema *s, struct dt_xlator *x);
void dt_check_xlate(struct dt_sema *s, struct dt_expr *e);
/* Makes e, whose operand `a` is checked, a translation of it to `as`. False (silently): there is no
 * translator. */
bool dt_check_translate(struct dt_sema *s, struct dt_expr *e, const struct dt_type *as);
/* Does e look like a t, being a translated object? */
bool dt_check_is_translated(const struct dt_expr *e, const struct dt_type *t);
/* e.name or e->name of a translated e, which is checked. */
void dt_check_translated_member(struct dt_sema *s, struct dt_expr **pe);
/* *e of a translated pointer. False: it is none. */
bool dt_check_translated_deref(struct dt_sema *s, struct dt_expr *e);

/* ---- check_args.c ---- */
void dt_check_args(struct dt_sema *s, struct dt_expr **pe); /* args[i]; the subscript is checked */
void dt_check_provider(struct dt_sema *s, struct dt_prov_decl *p);

/* ---- pragmas.c ---- */
void dt_check_pragmas_gather(struct dt_sema *s, const struct dt_program *p); /* first */
void dt_check_pragmas_finish(struct dt_sema *s, const struct dt_program *p); /* last */
/* An inline or translator is defined: sets *st if something is said of its stability. False: it does
 * not exist in the version of D that was asked for. */
bool dt_check_pragmas_define(struct dt_sema *s, const char *name, const struct dt_stability **st);
/* What is said of a declared provider's stability holds for its probes. */
void dt_check_pragmas_probe(struct dt_sema *s, struct dt_probe *pr);

/* ---- scope.c ---- */
struct dt_map *dt_scope_map(struct dt_sema *s, enum dt_var_kind k);
struct dt_var *dt_scope_find(struct dt_sema *s, enum dt_var_kind k, const char *name);
struct dt_var *dt_scope_add(struct dt_sema *s, enum dt_var_kind k, const char *name,
			    const struct dt_type *t, struct dt_span at);
const char *dt_scope_name(struct dt_sema *s, const struct dt_var *v); /* "self->x" */

/* ---- builtins.c ---- */
bool dt_builtin_find(const char *name, enum dt_builtin *b, int *argn, char *kind);
const struct dt_type *dt_builtin_type(struct dt_sema *s, enum dt_builtin b);
/* A type written in C: words, one struct/union/enum or type name, stars. NULL: unknown. */
const struct dt_type *dt_typename(struct dt_sema *s, const char *text);
/* errno, signal, fault and register names; NULL. */
bool dt_predefined(const char *name, int64_t *value);
#define DT_UREGS_MAX 25 /* R_TRAPNO */

/* ---- fold.c ---- */
/* a op b in operand type t; false: division by zero. */
bool dt_fold_binary(enum dt_op op, const struct dt_type *t, int64_t a, int64_t b, int64_t *out);
int64_t dt_fold_unary(enum dt_op op, const struct dt_type *t, int64_t a);
/* Turns the node into a constant. */
void dt_fold_set(struct dt_expr *e, const struct dt_type *t, int64_t v);

/* ---- nodes ---- */
static inline bool dt_bad(const struct dt_expr *e)
{
	return !e->type || e->type->kind == TY_ERROR;
}
static inline void dt_poison(struct dt_sema *s, struct dt_expr *e)
{
	e->kind = E_ERROR;
	e->type = s->types->t_error;
	e->is_const = false;
}
/* An implicit node of that type, with nothing below it. */
struct dt_expr *dt_check_node(struct dt_sema *s, enum dt_expr_kind kind, struct dt_span at,
			      const struct dt_type *t);
/* An implicit node around *pe. */
struct dt_expr *dt_wrap(struct dt_sema *s, enum dt_expr_kind kind, struct dt_expr *e,
			const struct dt_type *t);
static inline bool dt_is_zero(const struct dt_expr *e)
{
	return e->is_const && e->ival == 0;
}
static inline const char *dt_tstr(struct dt_sema *s, const struct dt_expr *e)
{
	return dt_type_str(s->arena, e->type);
}
static inline bool dt_is_bitfield(const struct dt_expr *e)
{
	return (e->kind == E_MEMBER || e->kind == E_ARROW) && e->member.bit_width;
}

#endif
