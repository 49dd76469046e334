/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What names stand for: D variables and aggregations.
 */
#ifndef DT_SEMA_SCOPE_H
#define DT_SEMA_SCOPE_H

#include "lang/ast.h"
#include "probe/provider.h"
#include "sema/func.h"

/* One component of a tuple: a key of an associative array or of an aggregation.
 * Final only when the whole program is checked: widths are the maximum over all uses. */
struct dt_key {
	const struct dt_type *type;
	uint32_t size;	/* bytes in the key: ints 1 2 4 8; strings their width; stacks frames * 8 (+8) */
	bool strid;	/* string, and every use is known at load time: a 4-byte string id */
};

struct dt_keyvec { /* a DT_VEC */
	struct dt_key *v;
	uint32_t n, cap;
};

enum dt_var_kind { DT_VAR_GLOBAL, DT_VAR_SELF, DT_VAR_THIS };

struct dt_var {
	enum dt_var_kind kind;
	const char *name;
	const struct dt_type *type;
	enum dt_space space;	/* pointers: what it points into */
	bool is_assoc;
	struct dt_keyvec keys;	/* is_assoc */
	bool assigned, declared;
	struct dt_span span;	/* first declaration or assignment */
	const struct dt_stability *stability; /* NULL: nothing was said (pragma attributes) */
	uint32_t id;		/* dense, per kind; assoc and scalar share it */
	/* ---- lowering ---- */
	uint32_t off;		/* where it lives in its storage */
	struct dt_mapdef *map;	/* ir/ir.h: storage of dynamic variables */
};

struct dt_agg {
	const char *name;	/* "_" for @ */
	uint32_t id;		/* order of definition, from 0 */
	struct dt_span span;
	const struct dt_func *func; /* NULL: named but never assigned */
	struct dt_keyvec keys;
	bool keyed_known;	/* keys are fixed by a first use */
	int64_t params[4];	/* lquantize: base, limit, step; llquantize: factor, lmag, hmag, steps */
	uint32_t nparams;
	/* ---- lowering: see record/agg.h ---- */
	struct dt_aggdesc *desc;
};

#endif
