/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checking: names, types, and the rules of D.
 *
 * Requires: a parsed program. Provides: every expression typed (E_ERROR and TY_ERROR only where an
 * error was reported); names resolved to the second group of enum dt_expr_kind; implicit
 * conversions made explicit, so that
 *   - both operands of an E_BINARY (but shifts and pointer arithmetic) have the same type;
 *   - a char * or char [] that is used as a string is wrapped in E_STRINGOF;
 *   - an assignment's right side has the left side's type;
 *   - integer constants are folded (is_const, ival), sizeof and offsetof are E_INT;
 *   - pointer +/- integer is left unscaled: lowering multiplies;
 *   - an array or function used as a pointer is an implicit E_CAST to the pointer type: its address;
 *   - a zero of any type (NULL strings, cleared elements) is a constant E_INT of that type;
 *   - every constant is an E_INT, whatever it was written as;
 * clauses have their probes; statements only call actions where actions are allowed.
 * Afterwards the tree is frozen.
 */
#ifndef DT_SEMA_SEMA_H
#define DT_SEMA_SEMA_H

#include "lang/ast.h"
#include "probe/provider.h"
#include "sema/func.h"
#include "sema/scope.h"
#include "types/types.h"

enum dt_builtin {
#define DT_BUILTIN(id, name, type, kind) id,
#include "sema/builtins.def"
#undef DT_BUILTIN
	BV_COUNT
};
const char *dt_builtin_name(enum dt_builtin b);

/* What sema found out about one clause, for those who come after. */
struct dt_clause_info {
	bool records;	  /* has a data-recording action, or no statement (default action) */
	bool conditional; /* an action is inside if/else: the record needs its mask */
	bool exits, destructive, commits, speculates;
	uint32_t args_read; /* bit n: raw argument n */
	uint32_t nactions; /* data-recording calls, in order */
};

/* The state of checking: lives as long as the compilation, several programs share it (a command
 * line is several). */
struct dt_sema {
	struct dt_arena *arena;
	struct dt_diags *diags;
	struct dt_types *types;
	struct dt_registry *registry;
	uint32_t strsize, scratchsize, stackframes, ustackframes, jstackframes;
	bool zdefs;	   /* zero matches allowed */
	bool destructive;  /* -w */
	const struct dt_macros *macros;
	DT_VEC(struct dt_var *) vars;  /* all, in order of appearance */
	DT_VEC(struct dt_agg *) aggs;  /* all, in order of id */
	DT_VEC(struct dt_clause *) clauses; /* all, in program order */
	struct dt_map *globals, *selfs, *thiss, *aggnames, *inlines, *symbols, *provs, *attrs, *provattrs;
	DT_VEC(struct dt_xlator *) xlators;
	int64_t version; /* option version; 0: ours */
	bool lazy; /* a library of ours: what it declares is checked when it is used */
	/* ---- while checking ---- */
	struct dt_clause *clause; /* the current one, or NULL */
	bool in_pred;
	unsigned depth;
	struct dt_check *ck; /* check.h */
	/* Address of a kernel symbol (kallsyms), asked only for `sym: 0 = unknown. */
	uint64_t (*symbol)(void *ctx, const char *module, const char *name);
	void *symbol_ctx;
};

void dt_sema_init(struct dt_sema *s, struct dt_arena *a, struct dt_diags *d, struct dt_types *ts,
		  struct dt_registry *r);
/* Checks one program. Returns false if there are errors (in s->diags). */
bool dt_sema_program(struct dt_sema *s, struct dt_program *p);
/* A library, maybe while a program is being checked. lazy: its inlines and translators are checked when
 * they are used. */
bool dt_sema_library(struct dt_sema *s, struct dt_program *p, bool lazy);
/* After the last program: final key widths, variables' types. */
bool dt_sema_finish(struct dt_sema *s);

/* Is `name` a type the program may use (D's, or the kernel's)? For the parser. */
bool dt_sema_is_type(struct dt_sema *s, const char *module, const char *name);
/* Resolves a written type. NULL after reporting. */
const struct dt_type *dt_sema_decl_type(struct dt_sema *s, struct dt_decl *d);

/* The arguments of a probe: what a declaration of its provider says, or else the provider. How many;
 * negative errno with the text in s->registry->error. */
int dt_sema_probe_args(struct dt_sema *s, const struct dt_probe *pr, struct dt_argdesc *out,
		       int max);

/* ---- for check() of the actions ---- */
/* Wraps *e so that it is a string (literal, string, char pointer or array). False if it can't be. */
bool dt_sema_want_string(struct dt_sema *s, struct dt_expr **e);
/* Converts *e to type t by inserting an implicit cast (constants are folded). */
void dt_sema_convert(struct dt_sema *s, struct dt_expr **e, const struct dt_type *t);
/* The widest the string can be, in bytes with NUL: 16 for execname, len + 1 for a literal, strsize. */
uint32_t dt_sema_strwidth(struct dt_sema *s, const struct dt_expr *e);
/* Is the string known when the program is loaded (a literal, probefunc ...)? */
bool dt_sema_str_static(const struct dt_expr *e);
/* The aggregation an E_AGG names; NULL after reporting `tag` if it was never defined. */
struct dt_agg *dt_sema_agg(struct dt_sema *s, struct dt_expr *e, enum dt_tag tag);

#endif
