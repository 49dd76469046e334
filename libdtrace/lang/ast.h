/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The abstract syntax tree: shared data between parser, sema and lowering.
 *
 * The parser builds it untyped; sema resolves names and types and rewrites in place (the fields
 * marked "sema"); after sema it is read-only. Nodes live in the compilation's arena. `struct`s
 * are open on purpose: three passes read them.
 */
#ifndef DT_LANG_AST_H
#define DT_LANG_AST_H

#include "base/diag.h"
#include "base/vec.h"
#include "types/type.h"

struct dt_var;	  /* sema/scope.h: a D variable */
struct dt_agg;	  /* sema/scope.h: an aggregation */
struct dt_func;	  /* sema/func.h: an action, subroutine or aggregating function */
struct dt_probe;  /* probe/provider.h */
struct dt_stability; /* likewise */
struct dt_expr;
struct dt_decl;

/* ------------------------------------------------------------------ type names */

/* A type as written: base, then declarator, e.g. "struct foo *(*)[3]". Sema turns it into a type. */
enum dt_tspec_kind {
	TS_BASIC,  /* words: unsigned long int ... */
	TS_NAME,   /* typedef name, maybe module`name */
	TS_STRUCT, /* struct/union/enum, with or without body */
	TS_UNION,
	TS_ENUM,
	TS_STRING, /* the D keyword `string` */
};

enum dt_basic_word {
	DT_W_VOID = 1 << 0, DT_W_CHAR = 1 << 1, DT_W_SHORT = 1 << 2, DT_W_INT = 1 << 3,
	DT_W_LONG = 1 << 4, DT_W_LLONG = 1 << 5, DT_W_FLOAT = 1 << 6, DT_W_DOUBLE = 1 << 7,
	DT_W_SIGNED = 1 << 8, DT_W_UNSIGNED = 1 << 9, DT_W_BOOL = 1 << 10,
};

enum dt_storage {
	ST_NONE, ST_AUTO, ST_REGISTER, ST_STATIC, ST_EXTERN, ST_TYPEDEF, ST_SELF, ST_THIS,
};

struct dt_enum_item {
	struct dt_span span;
	const char *name;
	struct dt_expr *value; /* or NULL */
};

struct dt_tspec {
	struct dt_span span;
	enum dt_tspec_kind kind;
	enum dt_storage storage;
	struct dt_span storage_span;
	unsigned quals; /* enum dt_qual */
	bool userland;
	unsigned words; /* TS_BASIC: enum dt_basic_word */
	const char *module, *name; /* TS_NAME, tags; name NULL = anonymous, module as in E_IDENT */
	bool has_body;
	DT_VEC(struct dt_decl *) members; /* struct/union body */
	DT_VEC(struct dt_enum_item) items;
	const struct dt_type *type; /* sema */
};

/* A declarator reads from the name outwards: derivs[0] is applied last to the base type... that is,
 * for `int *x[3]` derivs = { ARRAY 3, PTR }: x is an array of 3 pointers to the base. */
enum dt_deriv_kind { DV_PTR, DV_ARRAY, DV_FUNC, DV_KEYS /* D's name[type, type] */ };

struct dt_deriv {
	enum dt_deriv_kind kind;
	struct dt_span span;
	unsigned quals;		 /* DV_PTR */
	struct dt_expr *count;	 /* DV_ARRAY; NULL = [] */
	DT_VEC(struct dt_decl *) params; /* DV_FUNC, DV_KEYS */
	bool varargs;
};

/* One declared name: variable, typedef, member, parameter, or (name NULL) an abstract type name. */
struct dt_decl {
	struct dt_span span;
	struct dt_tspec *spec;
	const char *name;
	struct dt_span name_span;
	DT_VEC(struct dt_deriv) derivs;
	struct dt_expr *bits; /* bit-field width, or NULL */
	const struct dt_type *type; /* sema */
};

/* ------------------------------------------------------------------ expressions */

enum dt_op {
	OP_NONE,
	/* binary */
	OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD, OP_AND, OP_OR, OP_XOR, OP_SHL, OP_SHR,
	OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE,
	OP_LAND, OP_LOR, OP_LXOR,
	/* unary */
	OP_NEG, OP_PLUS, OP_BNOT, OP_LNOT,
	OP_PREINC, OP_PREDEC, OP_POSTINC, OP_POSTDEC,
};
const char *dt_op_name(enum dt_op op); /* "+" ... */

enum dt_expr_kind {
	/* made by the parser */
	E_ERROR,
	E_INT,	    /* ival; type set by sema from lit */
	E_STRING,   /* str, len */
	E_IDENT,    /* name (module`name: module set, `name: module ""); sema replaces the kind by one of the second group */
	E_SELF,	    /* self->name: sema turns it into E_VAR */
	E_THIS,	    /* this->name: likewise */
	E_MACRO,    /* a macro variable left as such: none today */
	E_INDEX,    /* a[list...]; base in `a`; sema: E_ASSOC, E_ELEM, E_BUILTIN (args[], uregs[]) */
	E_MEMBER,   /* a.name */
	E_ARROW,    /* a->name */
	E_DEREF,    /* *a */
	E_ADDR,	    /* &a */
	E_UNARY,    /* op a: OP_NEG .. OP_POSTDEC */
	E_BINARY,   /* a op b: arithmetic, comparison */
	E_LOGIC,    /* a op b: OP_LAND, OP_LOR, OP_LXOR */
	E_COND,	    /* a ? b : c */
	E_ASSIGN,   /* a op= b; op OP_NONE for plain = */
	E_COMMA,    /* a , b */
	E_CAST,	    /* (decl) a; sema also inserts implicit ones (implicit = true) */
	E_CALL,	    /* a is E_IDENT (the function), list = arguments */
	E_AGG,	    /* @name[list...] */
	E_SIZEOF,   /* sizeof a, or sizeof (decl); sema: E_INT */
	E_OFFSETOF, /* offsetof(decl, name); sema: E_INT */
	E_STRINGOF, /* stringof a; sema also inserts it where a char pointer meets a string */
	E_XLATE,    /* xlate <decl> (a) */
	/* made by sema */
	E_VAR,	    /* scalar/aggregate D variable `var`: global, self, this */
	E_ASSOC,    /* var[list...] of an associative array (global or self) */
	E_BUILTIN,  /* built-in variable `builtin`; list[0] for args[i]/uregs[i] when not constant,
		       otherwise ival is the index (argN: N) */
	E_ELEM,	    /* a[list[0]]: C array or pointer subscript, element of type `type` */
	E_SYM,	    /* kernel symbol: object at address `ival`, type `type` */
	E_LET,	    /* a member of a translated object, or an inline of a stability of its own: b, where E_BOUND of the same number `ival` is
		       the value of a; 0: nothing is bound, b has its own copies of a */
	E_BOUND,    /* number `ival` */
};

/* Where a pointer value points, or where an lvalue lives: it decides how it is read. */
enum dt_space {
	SP_NONE,    /* not a pointer / a D variable */
	SP_KERNEL,  /* bpf_probe_read_kernel */
	SP_USER,    /* bpf_probe_read_user */
	SP_SCRATCH, /* an offset into the firing's scratch slot (alloca, copyin, string results) */
};

/* The parser refuses taller trees (1 + 1 + 1 ... is one), so that recursive passes are safe. */
#define DT_HEIGHT_MAX 1024

struct dt_expr {
	enum dt_expr_kind kind;
	enum dt_op op;
	struct dt_span span;
	struct dt_expr *a, *b, *c;
	DT_VEC(struct dt_expr *) list;
	const char *module, *name;
	const char *str;
	uint32_t len;
	int64_t ival;
	struct {
		bool is_unsigned, is_long, is_llong, is_decimal, is_char;
	} lit;
	struct dt_decl *decl;
	bool paren;	/* was in parentheses */
	uint16_t height; /* of the tree below, from 1; never above DT_HEIGHT_MAX: passes may recurse */

	/* ---- sema ---- */
	const struct dt_type *type; /* never NULL after sema; TY_ERROR only if an error was reported */
	enum dt_space space;	    /* pointers: what they point into; lvalues in memory: where they are */
	bool implicit;		    /* inserted by sema */
	bool is_const;		    /* value is ival (folded) */
	int builtin;		    /* enum dt_builtin (sema/builtins.h) */
	struct dt_var *var;
	struct dt_agg *agg;
	const struct dt_func *func;
	const struct dt_stability *stability; /* E_LET: what was said of it; NULL: that of a */
	const struct dt_xlator *xlator; /* E_XLATE: what leads from a's type to `type` */
	struct dt_member member;    /* E_MEMBER, E_ARROW: resolved, bit_off from the start of a / *a */
	void *action;		    /* E_CALL of an action: what action->check() left for lower/print */
};

/* ------------------------------------------------------------------ statements, clauses, program */

enum dt_stmt_kind { S_EXPR, S_IF, S_BLOCK, S_EMPTY };

struct dt_stmt {
	enum dt_stmt_kind kind;
	struct dt_span span;
	struct dt_expr *expr;		   /* S_EXPR; S_IF: the condition */
	struct dt_stmt *then, *otherwise;  /* S_IF */
	DT_VEC(struct dt_stmt *) body;	   /* S_BLOCK */
};

/* A probe description as written. Empty fields are "" and match anything. */
struct dt_pdesc {
	struct dt_span span;
	const char *prov, *mod, *func, *name; /* macros expanded */
	uint32_t id;			      /* non-zero: given by number */
};

struct dt_clause {
	struct dt_span span;		/* descriptions to closing brace */
	DT_VEC(struct dt_pdesc) descs;
	struct dt_expr *pred;		/* or NULL */
	struct dt_stmt *body;		/* S_BLOCK; NULL = none given (default action) */
	/* ---- sema and later ---- */
	uint32_t index;			/* in program order, from 0: dt_clause_<index> */
	DT_VEC(struct dt_probe *) probes; /* what the descriptions matched, no duplicates */
	struct dt_clause_info *info;	/* sema/sema.h */
};

enum dt_top_kind { TOP_CLAUSE, TOP_DECL, TOP_INLINE, TOP_TRANSLATOR, TOP_PROVIDER };

struct dt_inline {
	struct dt_decl *decl; /* name, type, DV_KEYS parameters if any */
	struct dt_expr *body;
	const struct dt_stability *stability; /* sema; NULL: that of its body */
};

struct dt_xlator_member {
	struct dt_span span;
	const char *name;
	struct dt_expr *expr;
};

struct dt_xlator {
	struct dt_decl *out, *in; /* types */
	const char *param;
	DT_VEC(struct dt_xlator_member) members;
	struct dt_span span;
	/* ---- sema ---- */
	const struct dt_type *out_type, *in_type; /* NULL: not looked at yet */
	bool bad;				  /* an error was reported */
};

struct dt_prov_probe {
	struct dt_span span;
	const char *name;
	DT_VEC(struct dt_decl *) native, xlated;
	bool has_xlated;
};

struct dt_prov_decl {
	const char *name;
	DT_VEC(struct dt_prov_probe) probes;
};

struct dt_top {
	enum dt_top_kind kind;
	struct dt_span span;
	union {
		struct dt_clause *clause;
		struct dt_decl *decl; /* one per declarator */
		struct dt_inline *inl;
		struct dt_xlator *xlator;
		struct dt_prov_decl *prov;
	};
};

/* Pragmas that need names are kept for sema: attributes, binding. */
struct dt_pragma {
	struct dt_span span;
	const char *what; /* "attributes", "binding" */
	DT_VEC(const char *) words;
};

struct dt_program {
	struct dt_source *source;
	DT_VEC(struct dt_top) tops;
	DT_VEC(struct dt_pragma) pragmas;
};

/* Prints the tree, one node a line, for -xtree, -xdump=ast,typed and the .ast/.typed expectations. */
void dt_ast_dump(const struct dt_program *p, bool typed, FILE *out);

#endif
