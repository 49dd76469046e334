/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which mechanism serves a function. What a provider asks for (KFUNC, UFUNC: entry to or return
 * from a function) has several answers in Linux, and which is best depends on the kernel and on how
 * many there are:
 *
 *	fentry, fexit	one program for each function; cheapest to run, and in nobody's way; but
 *			where programs can be preempted, it skips firings (FEAT_EXACT_FENTRY)
 *	multi link	one link for thousands, a cookie for each: attaches and detaches in
 *			milliseconds, and is exact
 *	kprobe, uprobe	a perf event for each: closing takes the kernel 50 to 150 ms apiece
 *
 * Where perf events have no cookies, one program cannot tell its probes apart: kprobes get a stub each,
 * uprobes a whole program each.
 */
#include <string.h>
#include "bpf/features.h"
#include "plan/plan.h"
#include "sema/sema.h"

#define FENTRY_FEW  4  /* programs of their own, where there is another way that is as good */
#define FENTRY_MANY 64 /* ... and where there is none: a kprobe costs more to close */
#define FENTRY_ARGS 6

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

/* A program of those of pg's hooks that are marked `in`, with the clauses that these run. */
static struct dt_plan_prog *part(struct dt_arena *a, const struct dt_plan_prog *pg, const bool *of,
				 bool in)
{
	struct dt_plan_prog *p = DT_NEW(a, struct dt_plan_prog);
	uint32_t *to = DT_NEW_N(a, uint32_t, pg->clauses.n + 1);

	for (uint32_t i = 0; i < pg->probes.n; i++)
		for (uint32_t k = 0; of[i] == in && k < pg->probes.v[i].clauses.n; k++)
			to[pg->probes.v[i].clauses.v[k]] = 1;
	for (uint32_t k = 0; k < pg->clauses.n; k++)
		if (to[k]) {
			to[k] = p->clauses.n;
			dt_vec_push(a, &p->clauses, pg->clauses.v[k]);
		}
	for (uint32_t i = 0; i < pg->probes.n; i++) {
		struct dt_plan_probe pp = pg->probes.v[i];

		if (of[i] != in)
			continue;
		pp.clauses.v = NULL;
		pp.clauses.n = pp.clauses.cap = 0;
		for (uint32_t k = 0; k < pg->probes.v[i].clauses.n; k++)
			dt_vec_push(a, &pp.clauses, to[pg->probes.v[i].clauses.v[k]]);
		if (!p->probes.n)
			p->attach = *pp.at;
		dt_vec_push(a, &p->probes, pp);
	}
	return p;
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

/*
 * Can the function have a trampoline, and what does its context look like? It needs a prototype of
 * plain values, as many as there are registers for them; the kernel has a list of functions besides
 * that it won't do it for, so it is asked.
 */
static bool takes_fentry(struct dt_registry *r, struct dt_attach *at)
{
	bool own = !at->module || !strcmp(at->module, "vmlinux");
	const struct dt_type *t, *p;

	if (!own || !r->types || !at->target || at->addr)
		return false;
	if (!at->btf_id)
		at->btf_id = dt_types_func_id(r->types, NULL, at->target);
	t = at->btf_id ? dt_types_func(r->types, NULL, at->btf_id) : NULL;
	if (!t || t->varargs || t->members.n > FENTRY_ARGS)
		return false;
	for (uint32_t i = 0; i <= t->members.n; i++) {
		p = i < t->members.n ? t->members.v[i].type : t->to;
		if (!dt_type_is_scalar(p) && !(i == t->members.n && dt_type_kind(p) == TY_VOID))
			return false;
		if (dt_type_kind(p) == TY_FLOAT)
			return false;
	}
	at->nargs = (uint8_t)t->members.n;
	at->no_result = dt_type_kind(t->to) == TY_VOID;
	return dt_fentry_accepts(at->btf_id, at->is_return);
}

static void resolve_kfunc(struct dt_arena *a, struct dt_registry *r, struct dt_plan_prog *pg,
			  dt_plan_progs *out)
{
	bool multi = has(r, FEAT_KPROBE_MULTI);
	bool *fentry = DT_NEW_N(a, bool, pg->probes.n + 1);
	uint32_t n = 0;

	if (pg->attach.index == DT_INDEX_SYSCALL) { /* one function for all, asked for by link */
		choose(pg, DT_MECH_KPROBE_MULTI, DT_CTX_KREGS);
		dt_vec_push(a, out, pg);
		return;
	}
	if (pg->probes.n <= (multi ? FENTRY_FEW : FENTRY_MANY) && has(r, FEAT_EXACT_FENTRY))
		for (uint32_t i = 0; i < pg->probes.n; i++)
			n += fentry[i] = takes_fentry(r, pg->probes.v[i].at);
	if (n) {
		struct dt_plan_prog *these = part(a, pg, fentry, true);

		choose(these, DT_MECH_FENTRY, DT_CTX_FUNC);
		split(a, these, out);
		if (n == pg->probes.n)
			return;
		pg = part(a, pg, fentry, false);
	}
	choose(pg, multi ? DT_MECH_KPROBE_MULTI : DT_MECH_KPROBE, DT_CTX_KREGS);
	together(a, pg, true, out);
	if (pg->probes.n > 1 && !multi && !has(r, FEAT_PERF_LINK))
		pg->attach.index = DT_INDEX_STUB;
}

/* Are all hooks in the same process (or all in any)? */
static bool one_process(const struct dt_plan_prog *pg)
{
	for (uint32_t i = 1; i < pg->probes.n; i++)
		if (pg->probes.v[i].at->pid != pg->probes.v[0].at->pid)
			return false;
	return true;
}

static void resolve_ufunc(struct dt_arena *a, struct dt_registry *r, struct dt_plan_prog *pg,
			  dt_plan_progs *out)
{
	bool multi = has(r, FEAT_UPROBE_MULTI);

	choose(pg, multi ? DT_MECH_UPROBE_MULTI : DT_MECH_UPROBE, DT_CTX_UREGS);
	/* a return is reported to the events of all processes: the program asks for its own */
	together(a, pg,
		 multi || (has(r, FEAT_PERF_LINK) && (!pg->attach.is_return || one_process(pg))),
		 out);
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
