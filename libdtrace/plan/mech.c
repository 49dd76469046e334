/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which mechanism serves a function. What a provider asks for (KFUNC, UFUNC: entry to or return
 *from a function) has several answers in Linux, and which is best depends on the kernel and on how
 *many there are:
 *
 *	multi link	one link for thousands, a cookie for each: attaches and detaches in
 *			milliseconds, and is exact
 *	fentry, fexit	one program for each function; cheapest to run
 *	kprobe, uprobe	a perf event for each: closing takes the kernel 50 to 150 ms apiece
 *
 * Where a mechanism has no cookies, one program cannot tell its probes apart, so each gets its own.
 */
#include "bpf/features.h"
#include "plan/plan.h"
#include "sema/sema.h"

static bool has(const struct dt_registry *r, enum dt_feature f)
{
	return r->features && dt_feature(r->features, f);
}

static void choose(struct dt_plan_prog *pg, enum dt_mech mech, enum dt_ctx_class ctx)
{
	pg->attach.mech = mech;
	pg->attach.ctx = ctx;
	for (uint32_t i = 0; i < pg->probes.n; i++) {
		pg->probes.v[i].at->mech = mech;
		pg->probes.v[i].at->ctx = ctx;
	}
}

/* One program for each of pg's probes, with the clauses that it runs. */
static void split(struct dt_arena *a, const struct dt_plan_prog *pg, dt_plan_progs *out)
{
	for (uint32_t i = 0; i < pg->probes.n; i++) {
		struct dt_plan_prog *one = DT_NEW(a, struct dt_plan_prog);
		struct dt_plan_probe pp = pg->probes.v[i];

		one->attach = *pp.at;
		one->attach.index = DT_INDEX_CONST;
		pp.clauses.v = NULL;
		pp.clauses.n = pp.clauses.cap = 0;
		for (uint32_t k = 0; k < pg->probes.v[i].clauses.n; k++) {
			dt_vec_push(a, &one->clauses, pg->clauses.v[pg->probes.v[i].clauses.v[k]]);
			dt_vec_push(a, &pp.clauses, k);
		}
		dt_vec_push(a, &one->probes, pp);
		dt_vec_push(a, out, one);
	}
}

/* With a cookie for each if there are several. */
static void together(struct dt_arena *a, struct dt_plan_prog *pg, bool cookies, dt_plan_progs *out)
{
	if (pg->probes.n > 1 && !cookies) {
		split(a, pg, out);
		return;
	}
	pg->attach.index = pg->probes.n > 1 ? DT_INDEX_COOKIE : DT_INDEX_CONST;
	dt_vec_push(a, out, pg);
}

static void resolve_kfunc(struct dt_arena *a, struct dt_registry *r, struct dt_plan_prog *pg,
			  dt_plan_progs *out)
{
	bool multi = has(r, FEAT_KPROBE_MULTI);

	choose(pg, multi ? DT_MECH_KPROBE_MULTI : DT_MECH_KPROBE, DT_CTX_KREGS);
	together(a, pg, multi || has(r, FEAT_PERF_LINK), out);
}

static void resolve_ufunc(struct dt_arena *a, struct dt_registry *r, struct dt_plan_prog *pg,
			  dt_plan_progs *out)
{
	bool multi = has(r, FEAT_UPROBE_MULTI);

	choose(pg, multi ? DT_MECH_UPROBE_MULTI : DT_MECH_UPROBE, DT_CTX_UREGS);
	together(a, pg, multi || has(r, FEAT_PERF_LINK), out);
}

/*
 * A record that no clause reads need not be made: the raw tracepoint of the event costs less, opens
 * no perf event, which would take the kernel 50 to 150 ms to close, and lets profile's samples
 * through.
 */
static void resolve_tracepoint(struct dt_arena *a, struct dt_plan_prog *pg, dt_plan_progs *out)
{
	bool reads = false;

	for (uint32_t i = 0; i < pg->clauses.n; i++)
		reads |= pg->clauses.v[i]->info->args_read != 0;
	if (!reads)
		choose(pg, DT_MECH_RAW_TP, DT_CTX_RAW_TP);
	dt_vec_push(a, out, pg);
}

void dt_mech_resolve(struct dt_arena *a, struct dt_registry *r, struct dt_plan_prog *pg,
		     dt_plan_progs *out)
{
	switch (pg->attach.mech) {
	case DT_MECH_KFUNC: resolve_kfunc(a, r, pg, out); break;
	case DT_MECH_UFUNC: resolve_ufunc(a, r, pg, out); break;
	case DT_MECH_TRACEPOINT: resolve_tracepoint(a, pg, out); break;
	default: dt_vec_push(a, out, pg);
	}
}
