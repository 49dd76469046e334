/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program from top to bottom: declarations in the order they stand, clauses with their probes,
 * predicates and statements.
 */
#include <errno.h>
#include "sema/check.h"

/* ------------------------------------------------------------------ probes */

struct match {
	struct dt_sema *s;
	struct dt_clause *c;
	struct dt_map *seen; /* NULL while one description can't repeat a probe */
};

static int match_one(void *arg, struct dt_probe *p)
{
	struct match *m = arg;

	dt_check_pragmas_probe(m->s, p);
	if (m->seen) {
		if (dt_map_get(m->seen, &p, sizeof(p)))
			return 0;
		dt_map_set(m->seen, &p, sizeof(p), p);
	}
	dt_vec_push(m->s->arena, &m->c->probes, p);
	return 0;
}

static void check_descs(struct dt_sema *s, struct dt_clause *c)
{
	struct match m = {s, c, c->descs.n > 1 ? dt_map_new(s->arena) : NULL};

	s->diags->region = "probe description";
	for (uint32_t i = 0; i < c->descs.n; i++) {
		const struct dt_pdesc *d = &c->descs.v[i];
		int n = dt_registry_match(s->registry, d->prov, d->mod, d->func, d->name, d->id,
					  false, match_one, &m);

		if (n == -ENOENT && s->zdefs)
			continue;
		if (n < 0)
			dt_error(s->diags, d->span,
				 s->registry->tag ? s->registry->tag : D_PDESC_INVAL,
				 "probe description %s:%s:%s:%s: %s", d->prov, d->mod, d->func,
				 d->name, s->registry->error ? s->registry->error : "invalid");
		else if (n == 0 && d->id)
			dt_error(s->diags, d->span, D_PDESC_INVAL,
				 "probe identifier %u does not exist", d->id);
		else if (n == 0 && !s->zdefs)
			dt_error(s->diags, d->span, D_PDESC_ZERO,
				 "probe description %s:%s:%s:%s does not match any probes", d->prov,
				 d->mod, d->func, d->name);
	}
}

/* ------------------------------------------------------------------ statements */

static void check_pred(struct dt_sema *s, struct dt_clause *c)
{
	s->diags->region = "predicate";
	s->in_pred = true;
	dt_check_expr(s, &c->pred, CX_VALUE);
	s->in_pred = false;
	if (dt_bad(c->pred))
		return;
	if (dt_type_kind(c->pred->type) == TY_ARRAY && !dt_check_decay(s, &c->pred))
		return;
	if (!dt_type_is_scalar(c->pred->type) || dt_type_kind(c->pred->type) == TY_FLOAT)
		dt_error(s->diags, c->pred->span, D_PRED_SCALAR,
			 "a predicate must be a scalar value, not %s", dt_tstr(s, c->pred));
}

static void check_statement_expr(struct dt_sema *s, struct dt_expr **pe)
{
	struct dt_expr *e = *pe;

	if (e->kind == E_AGG) {
		dt_error(s->diags, e->span, D_AGG_NULL,
			 "@%s is not assigned: the statement has no effect",
			 e->name ? e->name : "");
		dt_poison(s, e);
		return;
	}
	dt_check_expr(s, pe, CX_STMT);
	if (!dt_bad(*pe) && dt_type_kind((*pe)->type) == TY_DYN) {
		dt_error(s->diags, (*pe)->span, D_CG_DYN, "a statement may not be a dynamic value");
		dt_poison(s, *pe);
	}
}

static void check_stmt(struct dt_sema *s, struct dt_stmt *st);

/* if (defined(x)) ...: only what is taken is looked at. */
static bool check_defined_if(struct dt_sema *s, struct dt_stmt *st)
{
	struct dt_stmt *taken;

	if (!dt_check_is_defined_test(st->expr))
		return false;
	dt_check_expr(s, &st->expr, CX_VALUE);
	taken = !dt_bad(st->expr) && st->expr->ival ? st->then : st->otherwise;
	if (taken)
		*st = *taken;
	else
		*st = (struct dt_stmt){.kind = S_EMPTY, .span = st->span};
	check_stmt(s, st);
	return true;
}

static void check_stmt(struct dt_sema *s, struct dt_stmt *st)
{
	switch (st->kind) {
	case S_EXPR: check_statement_expr(s, &st->expr); break;
	case S_IF:
		if (check_defined_if(s, st))
			break;
		dt_check_expr(s, &st->expr, CX_VALUE);
		if (!dt_bad(st->expr) && dt_check_decay(s, &st->expr) &&
		    !dt_type_is_scalar(st->expr->type))
			dt_error(s->diags, st->expr->span, D_OP_SCALAR,
				 "the condition of if must be a scalar value, not %s",
				 dt_tstr(s, st->expr));
		s->ck->branches++;
		if (st->then)
			check_stmt(s, st->then);
		if (st->otherwise)
			check_stmt(s, st->otherwise);
		s->ck->branches--;
		break;
	case S_BLOCK:
		for (uint32_t i = 0; i < st->body.n; i++)
			check_stmt(s, st->body.v[i]);
		break;
	case S_EMPTY: break;
	}
}

static bool is_empty(const struct dt_stmt *st)
{
	if (!st || st->kind == S_EMPTY)
		return true;
	if (st->kind != S_BLOCK)
		return false;
	for (uint32_t i = 0; i < st->body.n; i++)
		if (!is_empty(st->body.v[i]))
			return false;
	return true;
}

static void check_clause(struct dt_sema *s, struct dt_clause *c)
{
	c->index = s->clauses.n;
	c->info = DT_NEW(s->arena, struct dt_clause_info);
	dt_vec_push(s->arena, &s->clauses, c);
	s->clause = c;
	s->ck->branches = 0;
	check_descs(s, c);
	if (c->pred)
		check_pred(s, c);
	s->diags->region = "action list";
	if (c->body)
		check_stmt(s, c->body);
	/* the default action is for a clause that says nothing at all */
	c->info->records = c->info->nactions > 0 || is_empty(c->body);
	s->diags->region = NULL;
	s->clause = NULL;
}

/* ------------------------------------------------------------------ the program */

bool dt_sema_program(struct dt_sema *s, struct dt_program *p)
{
	dt_check_pragmas_gather(s, p);
	for (uint32_t i = 0; i < p->tops.n; i++) {
		struct dt_top *t = &p->tops.v[i];

		switch (t->kind) {
		case TOP_CLAUSE: check_clause(s, t->clause); break;
		case TOP_DECL: dt_check_decl(s, t->decl); break;
		case TOP_INLINE: dt_check_inline(s, t->inl); break;
		case TOP_TRANSLATOR: dt_check_translator(s, t->xlator); break;
		case TOP_PROVIDER: dt_check_provider(s, t->prov); break;
		}
	}
	dt_check_pragmas_finish(s, p);
	return !dt_failed(s->diags);
}

bool dt_sema_library(struct dt_sema *s, struct dt_program *p, bool lazy)
{
	struct dt_sema outer = *s;
	unsigned branches = s->ck->branches;
	bool ok;

	s->clause = NULL;
	s->in_pred = false;
	s->depth = 0;
	s->lazy = lazy;
	ok = dt_sema_program(s, p);
	s->clause = outer.clause;
	s->in_pred = outer.in_pred;
	s->depth = outer.depth;
	s->lazy = outer.lazy;
	s->ck->branches = branches;
	return ok;
}

bool dt_sema_is_type(struct dt_sema *s, const char *module, const char *name)
{
	enum dt_builtin b;
	int64_t v;
	char kind;
	int argn;

	if (module)
		return dt_types_lookup(s->types, module, TY_TYPEDEF, name) != NULL;
	if (dt_map_gets(s->globals, name) || dt_map_gets(s->inlines, name) ||
	    dt_map_gets(s->symbols, name) || dt_builtin_find(name, &b, &argn, &kind) ||
	    dt_func_find(name) || dt_predefined(name, &v))
		return false;
	return dt_types_lookup(s->types, NULL, TY_TYPEDEF, name) != NULL;
}
