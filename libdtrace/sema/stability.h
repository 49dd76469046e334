/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stability: how much a clause depends on what may change (STB-01).
 *
 * Requires a checked clause. Attributes are the least of what a clause is made of: its probe
 * descriptions on one hand, its predicate and statements on the other.
 */
#ifndef DT_SEMA_STABILITY_H
#define DT_SEMA_STABILITY_H

#include "lang/ast.h"
#include "probe/provider.h"

const char *dt_stab_level_name(unsigned level);
const char *dt_stab_class_name(unsigned cls);
/* "Stable/Evolving/Common", in any case of letters; missing parts are the highest. False: malformed. */
bool dt_stability_parse(const char *s, struct dt_stability *out);
const char *dt_stability_str(struct dt_arena *a, struct dt_stability s);

struct dt_stability dt_stability_min(struct dt_stability a, struct dt_stability b);
static inline bool dt_stability_less(struct dt_stability a, struct dt_stability b)
{
	return a.name < b.name || a.data < b.data || a.cls < b.cls;
}

/* Of a probe, all of its fields being named. */
struct dt_stability dt_stability_probe(const struct dt_probe *pr);
/* Of a clause's descriptions: only fields that name something count. */
struct dt_stability dt_stability_descs(const struct dt_clause *c);
/* Of its predicate and statements. */
struct dt_stability dt_stability_stmts(const struct dt_clause *c);

#endif
