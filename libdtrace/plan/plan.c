/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Probes to programs. Clauses are visited in program order and each one's probes in their order; a
 * probe's attach point (mechanism, target; the probe itself where the program can't tell probes
 * apart) finds or makes the program. So clauses come out in program order everywhere by
 * construction, and only the programs have to be put in order: BEGIN, END, ERROR, then the rest as
 * first met.
 */
#include <ctype.h>
#include <stdlib.h>
#include "base/arena.h"
#include "plan/plan.h"

struct plan_state {
	struct dt_arena *arena;
	struct dt_registry *registry;
	struct dt_plan *plan;
	struct dt_map *progs;  /* attach point to program */
	struct dt_map *places; /* probe to struct place */
};

struct place {
	struct dt_plan_prog *prog;
	uint32_t pos; /* in prog->probes */
};

/* What makes two probes share a program, as text. */
static const char *attach_key(struct dt_arena *a, const struct dt_attach *at,
			      const struct dt_probe *pr)
{
	const char *target = at->target ? at->target : "";

	if (at->index == DT_INDEX_CONST)
		return dt_asprintf(a, "%d:%s:%s:%s:%s:%s", (int)at->mech, target, pr->prov, pr->mod,
				   pr->func, pr->name);
	return dt_asprintf(a, "%d:%s:%d", (int)at->mech, target, (int)at->index);
}

static struct place *place_probe(struct plan_state *s, struct dt_probe *pr)
{
	struct dt_attach at = {0};
	struct dt_plan_probe pp = {.probe = pr};
	struct place *pl;
	const char *key;
	int err;

	pl = dt_map_get(s->places, &pr, sizeof(pr));
	if (pl)
		return pl;
	err = pr->provider->attach(s->registry, pr, &at);
	if (err) {
		if (!s->registry->error)
			dt_registry_error(s->registry, err, "%s:%s:%s:%s cannot be traced: %s",
					  pr->prov, pr->mod, pr->func, pr->name, strerror(-err));
		return NULL;
	}
	pp.index_val = at.index_val;
	pl = DT_NEW(s->arena, struct place);
	key = attach_key(s->arena, &at, pr);
	pl->prog = dt_map_gets(s->progs, key);
	if (!pl->prog) {
		pl->prog = DT_NEW(s->arena, struct dt_plan_prog);
		pl->prog->attach = at;
		dt_map_sets(s->progs, key, pl->prog);
	}
	pl->pos = pl->prog->probes.n;
	dt_vec_push(s->arena, &pl->prog->probes, pp);
	dt_map_set(s->places, &pr, sizeof(pr), pl);
	return pl;
}

static bool place_clause(struct plan_state *s, struct dt_clause *c)
{
	for (uint32_t i = 0; i < c->probes.n; i++) {
		struct place *pl = place_probe(s, c->probes.v[i]);
		struct dt_plan_prog *pg;
		struct dt_plan_probe *pp;

		if (!pl)
			return false;
		pg = pl->prog;
		if (!pg->clauses.n || pg->clauses.v[pg->clauses.n - 1] != c)
			dt_vec_push(s->arena, &pg->clauses, c);
		pp = &pg->probes.v[pl->pos];
		if (!pp->clauses.n || pp->clauses.v[pp->clauses.n - 1] != pg->clauses.n - 1)
			dt_vec_push(s->arena, &pp->clauses, pg->clauses.n - 1);
	}
	return true;
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

	if (pg->attach.index == DT_INDEX_CONST)
		return true;
	if (pg->probes.n < 64)
		return false;
	err = dt_registry_match(s->registry, pr->prov, "", "", pr->name, 0, false, count_probe, &n);
	return err >= 0 && n == pg->probes.n;
}

/* Puts a program behind the others, and its probes into the dense index. */
static void finish_prog(struct plan_state *s, struct dt_plan_prog *pg)
{
	pg->uniform = true;
	if (pg->attach.index != DT_INDEX_CONST)
		qsort(pg->probes.v, pg->probes.n, sizeof(*pg->probes.v), by_number);
	for (uint32_t i = 0; i < pg->probes.n; i++) {
		struct dt_plan_probe *pp = &pg->probes.v[i];

		pp->probe->index = s->plan->probes.n;
		dt_vec_push(s->arena, &s->plan->probes, pp->probe);
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
	struct plan_state s = {.arena = a, .registry = r};
	struct dt_plan_prog *pg;

	s.plan = DT_NEW(a, struct dt_plan);
	s.progs = dt_map_new(a);
	s.places = dt_map_new(a);
	for (uint32_t i = 0; i < n; i++)
		if (!place_clause(&s, clauses[i]))
			return NULL;
	for (uint32_t i = 0; i < dt_map_count(s.progs); i++) {
		pg = dt_map_at(s.progs, i, NULL, NULL);
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
	for (uint32_t i = 0; i < dt_map_count(s.progs); i++) {
		pg = dt_map_at(s.progs, i, NULL, NULL);
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
