/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What can be called in D: actions, subroutines and aggregating functions.
 *
 * The table is declared here, low, and defined in actions/table.c, high: the first of the two
 * links that go up (the other is the providers). One row has everything about one function: how a
 * call is checked, how it is turned into code, and, for actions, how its record is printed.
 */
#ifndef DT_SEMA_FUNC_H
#define DT_SEMA_FUNC_H

#include <stdbool.h>
#include <stdint.h>

struct dt_sema;	   /* sema/sema.h */
struct dt_expr;	   /* lang/ast.h */
struct dt_lower;   /* ir/lower.h */
struct dt_val;	   /* ir/lower.h */
struct dt_consumer;/* consume/consume.h */
struct dt_record;  /* consume/consume.h */
struct dt_field;   /* record/record.h */

enum dt_func_kind {
	DT_FN_SUBR,   /* returns a value, usable in expressions */
	DT_FN_ACTION, /* a statement */
	DT_FN_AGG,    /* right side of @a = f(...) */
};

enum dt_func_flags {
	DT_FF_RECORD = 1,	/* stores data in the principal buffer */
	DT_FF_DESTRUCTIVE = 2,	/* needs -w */
	DT_FF_VALUE = 4,	/* DT_FN_ACTION usable as an aggregation key or variable: stack, ustack */
	DT_FF_LATER = 8,	/* known by name, not built yet: D_FUNC_UNDEF "... is not implemented" */
	DT_FF_SPECULATE = 16, DT_FF_COMMIT = 32, DT_FF_EXIT = 64, /* ordering rules, spec 5.5 */
	DT_FF_TEST = 256,	/* defined(): the argument is only tried, see check_call.c */
	DT_FF_AGGUSE = 128,	/* its print() reads or changes aggregations: snapshot first */
};

struct dt_func {
	const char *name;
	enum dt_func_kind kind;
	unsigned flags;
	/* D type name of the result: "void", "int", "string", "size_t", "void *" (scratch pointer)... */
	const char *ret;
	/*
	 * Arguments, one letter each; '[' starts the optional ones; '*' ends: any more, of any type.
	 *   i integer        p pointer or integer address        s string, char * or char array
	 *   n integer constant     S string constant     @ aggregation     e any expression
	 * Checked before check(); wrong number D_PROTO_LEN, wrong type D_PROTO_ARG.
	 */
	const char *sig;
	/*
	 * Further checks; may set call->action (for lower and print), call->type, call->space.
	 * Arguments are already typed. Reports with dt_error and returns false on error. May be NULL.
	 */
	bool (*check)(struct dt_sema *s, struct dt_expr *call);
	/*
	 * The record fields that lower() will store, in order: kind, size, type and sign, without
	 * offsets (layout places them in the call's dt_recact). Writes at most `max` and returns how
	 * many there are. Called when all widths are final, i.e. after dt_sema_finish(). NULL: none.
	 */
	uint32_t (*fields)(struct dt_sema *s, const struct dt_expr *call, struct dt_field *out,
			   uint32_t max);
	/* Emits the code of one call. `out` is the result for subroutines; NULL for statements.
	 * (For DT_FN_AGG called with the E_ASSIGN node.) Never fails: errors belong to check. */
	void (*lower)(struct dt_lower *lw, const struct dt_expr *call, struct dt_val *out);
	/* Prints one record's part (or does what the record asks: exit, printa, clear).
	 * Returns 0 or negative errno (output failed). NULL: nothing to do. */
	int (*print)(struct dt_consumer *c, const struct dt_record *rec);
};

extern const struct dt_func *const dt_funcs[]; /* actions/table.c; NULL-terminated */
const struct dt_func *dt_func_find(const char *name); /* actions/table.c */

#endif
