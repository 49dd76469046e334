/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Probes to programs. Clauses are visited in program order and each one's probes in their order; a
 * hooks' attach points (mechanism, target; the probe itself where the program can't tell probes
 * apart) find or make the programs. So clauses come out in program order everywhere by
 * construction. What is asked for in general terms then becomes a mechanism of this kernel
 * (mech.c), and the programs are put in order: BEGIN, END, ERROR, then the rest as first met.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include "base/arena.h"
#include "plan/plan.h"
#include "sema/sema.h"

struct plan_state {
	struct dt_arena *arena;
	struct dt_registry *registry;
	struct dt_plan *plan;
	struct dt_map *progs;  /* attach point to program */
	struct dt_map *places; /* probe to struct places */
	struct dt_map *reads;  /* probes with a clause that reads their arguments */
	struct dt_hooks hooks; /* of the probe being placed */
	const struct dt_attach
		*last; /* a function's, and its program: thousands follow each other */
	struct dt_plan_prog *last_prog;
};

struct place {
	struct dt_plan_prog *prog;
	uint32_t pos; /* in prog->probes */
};

/* All hooks of a probe; none if it was skipped. */
struct places {
	struct place *v;
	uint32_t n;
};

/* What makes two hooks share a program, as text. */
static const char *attach_key(const struct plan_state *s, const struct dt_attach *at,
			      const struct dt_probe *pr, uint32_t hook)
{
	bool reads = dt_map_get(s->reads, &pr, sizeof(pr)) != NULL;
	const char *target = at->target ? at->target : "";
	const char *args = at->args_key && reads ? at->args_key : "";
	struct dt_arena *a = s->arena;

	if (at->emit ||
	    (at->index == DT_INDEX_CONST && at->mech != DT_MECH_KFUNC && at->mech != DT_MECH_UFUNC))
		return dt_asprintf(a, "%d:%s:%s:%s:%s:%s:%u", (int)at->mech, target, pr->prov,
				   pr->mod, pr->func, pr->name, hook);
	if (at->index == DT_INDEX_SYSCALL)
		return dt_asprintf(a, "%d:%s:%d:%d", (int)at->mech, target, (int)at->index,
				   at->is_return);
	/* functions: they come with a cookie */
	return dt_asprintf(a, "%d:%d:%d:%d:%s", (int)at->mech, (int)at->index, at->is_return,
			   at->at_entry, args);
}

/* Functions that share a program whatever they are called, as `attach_key` has it. */
static bool same_key(const struct dt_attach *a, const struct dt_attach *b)
{
	return a && a->mech == b->mech && (a->mech == DT_MECH_KFUNC || a->mech == DT_MECH_UFUNC) &&
	       !a->emit && !b->emit && a->index == b->index && a->is_return == b->is_return &&
	       a->args_key == b->args_key;
}

static struct dt_plan_prog *prog_of(struct plan_state *s, const struct dt_attach *at,
				    const struct dt_probe *pr, uint32_t hook)
{
	struct dt_plan_prog *pg;
	const char *key;

	if (same_key(s->last, at))
		return s->last_prog;
	key = attach_key(s, at, pr, hook);
	pg = dt_map_gets(s->progs, key);
	if (!pg) {
		pg = DT_NEW(s->arena, struct dt_plan_prog);
		pg->attach = *at;
		dt_map_sets(s->progs, key, pg);
	}
	s->last = at;
	s->last_prog = pg;
	return pg;
}

static struct place place_hook(struct plan_state *s, struct dt_probe *pr, uint32_t hook)
{
	struct dt_attach *at = DT_NEW(s->arena, struct dt_attach);
	struct dt_plan_probe pp = {.probe = pr, .at = at};
	struct dt_plan_prog *pg;

	*at = s->hooks.v.v[hook];
	pp.index_val = at->index_val;
	pg = prog_of(s, at, pr, hook);
	dt_vec_push(s->arena, &pg->probes, pp);
	return (struct place){pg, pg->probes.n - 1};
}

static void note_readers(struct plan_state *s, const struct dt_clause *c)
{
	for (uint32_t i = 0; c->info && c->info->args_read && i < c->probes.n; i++)
		dt_map_set(s->reads, &c->probes.v[i], sizeof(c->probes.v[i]), s);
}

static struct places *place_probe(struct plan_state *s, struct dt_probe *pr)
{
	struct places *ps = dt_map_get(s->places, &pr, sizeof(pr));
	int err;

	if (ps)
		return ps;
	ps = DT_NEW(s->arena, struct places);
	dt_map_set(s->places, &pr, sizeof(pr), ps);
	s->hooks.v.n = 0;
	s->registry->error = NULL;
	err = pr->provider->attach(s->registry, pr, &s->hooks);
	if (err || !s->hooks.v.n) {
		dt_registry_skip(s->registry, pr,
				 s->registry->error ? s->registry->error
						    : strerror(err ? -err : ENOENT));
		return ps;
	}
	ps->n = s->hooks.v.n;
	ps->v = DT_NEW_N(s->arena, struct place, ps->n);
	for (uint32_t i = 0; i < ps->n; i++)
		ps->v[i] = place_hook(s, pr, i);
	return ps;
}

static void place_at(struct plan_state *s, const struct place *pl, struct dt_clause *c)
{
	struct dt_plan_prog *pg = pl->prog;
	struct dt_plan_probe *pp = &pg->probes.v[pl->pos];

	if (!pg->clauses.n || pg->clauses.v[pg->clauses.n - 1] != c)
		dt_vec_push(s->arena, &pg->clauses, c);
	if (!pp->clauses.n || pp->clauses.v[pp->clauses.n - 1] != pg->clauses.n - 1)
		dt_vec_push(s->arena, &pp->clauses, pg->clauses.n - 1);
}

/* Nothing is left of a clause: why its first probe was left out. */
static bool dead(struct dt_registry *r, const struct dt_clause *c)
{
	for (uint32_t k = 0; k < r->skipped.n; k++) {
		const struct dt_skip *skip = &r->skipped.v[k];

		if (skip->probe != c->probes.v[0])
			continue;
		dt_registry_error(r, -ENOENT, "%s:%s:%s:%s cannot be traced: %s", skip->probe->prov,
				  skip->probe->mod, skip->probe->func, skip->probe->name,
				  skip->why);
		break;
	}
	return false;
}

bool dt_plan_alive(struct dt_registry *r, struct dt_clause *const *clauses, uint32_t n)
{
	struct dt_map *gone = dt_map_new(r->arena);
	bool alive;

	for (uint32_t k = 0; k < r->skipped.n; k++) {
		const struct dt_skip *skip = &r->skipped.v[k];

		dt_map_set(gone, &skip->probe, sizeof(skip->probe), (void *)(uintptr_t)skip);
	}
	for (uint32_t i = 0; r->skipped.n && i < n; i++) {
		alive = !clauses[i]->probes.n;
		for (uint32_t k = 0; k < clauses[i]->probes.n && !alive; k++)
			alive = !dt_map_get(gone, &clauses[i]->probes.v[k],
					    sizeof(struct dt_probe *));
		if (!alive)
			return dead(r, clauses[i]);
	}
	return true;
}

static bool place_clause(struct plan_state *s, struct dt_clause *c)
{
	uint32_t placed = 0;

	for (uint32_t i = 0; i < c->probes.n; i++) {
		const struct places *ps = place_probe(s, c->probes.v[i]);

		for (uint32_t k = 0; k < ps->n; k++)
			place_at(s, &ps->v[k], c);
		placed += ps->n;
	}
	return placed || !c->probes.n || dead(s->registry, c);
}

/* "syscall_entry", "syscall_read_entry", "profile_97", "BEGIN": letters, digits and _ only. */
static const char *prog_name(struct dt_arena *a, const struct dt_plan_prog *pg)
{
	const struct dt_probe *pr = pg->probes.v[0].probe;
	size_t plen = strlen(pr->prov);
	char *name;

	if (pg->attach.mech == DT_MECH_TESTRUN || pg->attach.mech == DT_MECH_CALLED ||
	    (!strncmp(pr->name, pr->prov, plen) && pr->name[plen] == '-'))
		name = dt_strdup(a, pr->name);
	else if (pg->probes.n > 1 || !pr->func[0])
		name = dt_asprintf(a, "%s_%s", pr->prov, pr->name);
	else
		name = dt_asprintf(a, "%s_%s_%s", pr->prov, pr->func, pr->name);
	for (char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p))
			*p = '_';
	return name;
}

static int by_number(const void *x, const void *y)
{
	const struct dt_plan_probe *a = x, *b = y;

	if (a->index_val != b->index_val)
		return a->index_val < b->index_val ? -1 : 1;
	return a->probe->id < b->probe->id ? -1 : a->probe->id > b->probe->id;
}

static int count_probe(void *arg, struct dt_probe *pr)
{
	(void)pr;
	++*(uint32_t *)arg;
	return 0;
}

/*
 * Do the program's probes cover everything that its attach point can report? Only asked where a
 * wildcard must have been used: the answer takes an enumeration.
 */
static bool covers_all(struct plan_state *s, const struct dt_plan_prog *pg)
{
	const struct dt_probe *pr = pg->probes.v[0].probe;
	uint32_t n = 0;
	int err;

	if (pg->attach.index != DT_INDEX_SYSCALL)
		return true; /* fires for those only that it was attached for */
	if (pg->probes.n < 64)
		return false;
	err = dt_registry_match(s->registry, pr->prov, "", "", pr->name, 0, false, count_probe, &n);
	return err >= 0 && n == pg->probes.n;
}

/* The dense index; a probe with several hooks has one. */
static void index_probe(struct plan_state *s, struct dt_probe *pr)
{
	if (pr->index < s->plan->probes.n && s->plan->probes.v[pr->index] == pr)
		return;
	pr->index = s->plan->probes.n;
	dt_vec_push(s->arena, &s->plan->probes, pr);
}

/* Puts a program behind the others, and its probes into the dense index. */
static void finish_prog(struct plan_state *s, struct dt_plan_prog *pg)
{
	pg->uniform = true;
	if (pg->attach.mech == DT_MECH_KPROBE || pg->attach.mech == DT_MECH_UPROBE)
		s->plan->events += pg->probes.n;
	if (pg->attach.index == DT_INDEX_SYSCALL)
		qsort(pg->probes.v, pg->probes.n, sizeof(*pg->probes.v), by_number);
	for (uint32_t i = 0; i < pg->probes.n; i++) {
		struct dt_plan_probe *pp = &pg->probes.v[i];

		if (pg->attach.index == DT_INDEX_COOKIE || pg->attach.index == DT_INDEX_STUB)
			pp->index_val = i;
		index_probe(s, pp->probe);
		if (pp->clauses.n != pg->clauses.n)
			pg->uniform = false;
	}
	pg->complete = pg->uniform && covers_all(s, pg);
	pg->name = prog_name(s->arena, pg);
	dt_vec_push(s->arena, &s->plan->progs, pg);
}

struct dt_plan *dt_plan_make(struct dt_arena *a, struct dt_registry *r,
			     struct dt_clause *const *clauses, uint32_t n)
{
	struct plan_state s = {.arena = a, .registry = r, .hooks.arena = a};
	dt_plan_progs progs = {0};
	struct dt_plan_prog *pg;

	s.plan = DT_NEW(a, struct dt_plan);
	s.progs = dt_map_new(a);
	s.places = dt_map_new(a);
	s.reads = dt_map_new(a);
	for (uint32_t i = 0; i < n; i++)
		note_readers(&s, clauses[i]);
	for (uint32_t i = 0; i < n; i++)
		if (!place_clause(&s, clauses[i]))
			return NULL;
	for (uint32_t i = 0; i < dt_map_count(s.progs); i++)
		dt_mech_resolve(a, r, dt_map_at(s.progs, i, NULL, NULL), &progs);
	for (uint32_t i = 0; i < progs.n; i++) {
		pg = progs.v[i];
		if (pg->attach.mech == DT_MECH_CALLED)
			s.plan->error = pg;
		else if (pg->attach.mech == DT_MECH_TESTRUN &&
			 !strcmp(pg->probes.v[0].probe->name, "END"))
			s.plan->end = pg;
		else if (pg->attach.mech == DT_MECH_TESTRUN)
			s.plan->begin = pg;
	}
	if (s.plan->begin)
		finish_prog(&s, s.plan->begin);
	if (s.plan->end)
		finish_prog(&s, s.plan->end);
	if (s.plan->error)
		finish_prog(&s, s.plan->error);
	for (uint32_t i = 0; i < progs.n; i++) {
		pg = progs.v[i];
		if (pg != s.plan->begin && pg != s.plan->end && pg != s.plan->error)
			finish_prog(&s, pg);
	}
	return s.plan;
}

uint32_t dt_plan_epid(const struct dt_plan *p, uint32_t nclauses, const struct dt_probe *pr,
		      const struct dt_clause *c)
{
	(void)p;
	return pr->index * nclauses + c->index + 1;
}
