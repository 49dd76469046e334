/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The plan: which programs there will be, and which clauses each probe runs in it.
 *
 * Probes with the same attach point share a program. In it every clause's code stands once, in
 * program order; each probe has the set of clauses it runs, in a frozen table indexed by where the
 * program finds its probe (constant, system call number, cookie):
 *
 *	syscall:::entry {a}  syscall::read:entry {b}
 *	=> one raw_tp sys_enter program: clauses [a, b], sets: read {a, b}, all others {a}
 */
#ifndef DT_PLAN_PLAN_H
#define DT_PLAN_PLAN_H

#include "lang/ast.h"
#include "probe/provider.h"

/* One hook of a probe. */
struct dt_plan_probe {
	struct dt_probe *probe;
	struct dt_attach *at;	  /* mech and ctx are the program's */
	DT_VEC(uint32_t) clauses; /* positions in dt_plan_prog.clauses, ascending */
	uint32_t index_val;	  /* DT_INDEX_SYSCALL: the number; DT_INDEX_COOKIE, _STUB: the position */
};

struct dt_plan_prog {
	const char *name;	/* "syscall_entry", "profile_97": made from the probes' names */
	struct dt_attach attach; /* what its hooks have in common; that of the first, besides */
	DT_VEC(struct dt_clause *) clauses; /* in program order */
	DT_VEC(struct dt_plan_probe) probes;
	bool uniform;		/* every probe runs every clause */
	bool complete;		/* uniform, and there are no probes at this attach point but these */
};

struct dt_plan {
	DT_VEC(struct dt_plan_prog *) progs; /* BEGIN first, then END, ERROR, then by attach point */
	DT_VEC(struct dt_probe *) probes;    /* by dense index */
	struct dt_plan_prog *begin, *end, *error; /* NULL when not enabled */
	uint32_t events;	/* functions that take a perf event each: the kernel closes one at a time */
};

/*
 * A probe that cannot be attached is skipped (r->skipped); if that leaves nothing of a clause that
 * had probes, the result is NULL and r->error says why. r->features is asked for mechanisms.
 */
struct dt_plan *dt_plan_make(struct dt_arena *a, struct dt_registry *r,
			     struct dt_clause *const *clauses, uint32_t n);

/* After attaching, which may have skipped more: has every clause that had probes one left? If not,
 * r->error says why, and the result is false. */
bool dt_plan_alive(struct dt_registry *r, struct dt_clause *const *clauses, uint32_t n);

/* EPID of a clause at a probe: dense over (probe, clause), from 1. */
uint32_t dt_plan_epid(const struct dt_plan *p, uint32_t nclauses, const struct dt_probe *pr,
		      const struct dt_clause *c);

/* mech.c: turns requests (KFUNC, UFUNC) into mechanisms of this kernel. A program may become several,
 * which are pushed to `out` instead of it. */
typedef DT_VEC(struct dt_plan_prog *) dt_plan_progs;
void dt_mech_resolve(struct dt_arena *a, struct dt_registry *r, struct dt_plan_prog *pg,
		     dt_plan_progs *out);

#endif
