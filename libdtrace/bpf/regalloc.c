/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Register allocation: iterated register coalescing (George and Appel, 1996) over r0..r9.
 *
 * Argument and result registers stand in the code as themselves, tied to values by moves; colouring
 * the interference graph while merging the two ends of moves that do not conflict makes most moves
 * disappear, so that values are computed where they are needed. Calls write r0..r5, hence what
 * lives across one finds itself in r6..r9, or is spilled: constants and addresses are made again at
 * each use, everything else gets an 8-byte stack slot (where the verifier keeps the type of
 * pointers), each use a tiny register of its own, and the allocation is done again. Tiny registers
 * are never spilled, so every round has fewer candidates, and the end is reached.
 */
#include <stdlib.h>
#include "bpf/mir.h"
#include "bpf/sys.h"

#define MAX_ROUNDS 64
#define BIG_DEGREE (1u << 30)

enum nstate {
	N_NONE,
	N_PRE,
	N_SIMPLIFY,
	N_FREEZE,
	N_SPILL,
	N_STACK,
	N_COALESCED,
	N_COLORED,
	N_SPILLED
};
enum mstate { M_WORK, M_ACTIVE, M_DONE };

typedef DT_VEC(uint32_t) u32vec;

struct move {
	uint32_t dst, src;
	enum mstate state;
};

struct ra {
	struct mfunc *m;
	struct dt_arena *tmp; /* this round's */
	uint32_t n;           /* registers */
	/* liveness: only registers that live across blocks have a dense number */
	uint32_t *dense, *back, ndense, words;
	/* the set of live registers during a walk */
	uint32_t *live, nlive, *livepos;
	/* the graph */
	uint64_t *edges;
	uint32_t nedges, edgecap;
	u32vec *adj;
	uint32_t *degree, *alias;
	uint8_t *state;
	uint64_t *cost;
	u32vec *moves_of; /* indices into moves */
	DT_VEC(struct move) moves;
	u32vec wl_simplify, wl_freeze, wl_spill, wl_moves, stack;
};

/* ------------------------------------------------------------------ liveness */

static unsigned successors(const struct mblock *b, struct mblock *out[2])
{
	const struct mi *t = b->last;

	if (!t || t->k == MK_EXIT)
		return 0;
	out[0] = t->then;
	out[1] = t->otherwise;
	return t->k == MK_BR ? 2 : 1;
}

static void number_dense(struct ra *ra)
{
	uint32_t *home = DT_NEW_N(ra->tmp, uint32_t, ra->n), r[8];

	ra->dense = DT_NEW_N(ra->tmp, uint32_t, ra->n);
	ra->back = DT_NEW_N(ra->tmp, uint32_t, ra->n + 1);
	for (struct mblock *b = ra->m->first; b; b = b->next) {
		for (struct mi *i = b->first; i; i = i->next) {
			for (int pass = 0; pass < 2; pass++) {
				unsigned k = pass ? dt_mi_defs(i, r) : dt_mi_uses(i, r);

				while (k--) {
					uint32_t v = r[k];

					if (v < MR_VREG || ra->dense[v])
						continue;
					if (!home[v]) {
						home[v] = b->number + 1;
					} else if (home[v] != b->number + 1) {
						ra->dense[v] = ++ra->ndense;
						ra->back[ra->ndense] = v;
					}
				}
			}
		}
	}
	ra->words = (ra->ndense + 64) / 64;
}

/* A register used before it is set in its only block lives across blocks all the same (a loop of
 * one block): it is then live on entry, so it needs a number too. */
static void number_loops(struct ra *ra)
{
	uint32_t *set = DT_NEW_N(ra->tmp, uint32_t, ra->n), r[8];

	for (struct mblock *b = ra->m->first; b; b = b->next) {
		for (struct mi *i = b->first; i; i = i->next) {
			unsigned k = dt_mi_uses(i, r);

			while (k--)
				if (r[k] >= MR_VREG && !ra->dense[r[k]] &&
				    set[r[k]] != b->number + 1) {
					ra->dense[r[k]] = ++ra->ndense;
					ra->back[ra->ndense] = r[k];
				}
			k = dt_mi_defs(i, r);
			while (k--)
				set[r[k]] = b->number + 1;
		}
	}
	ra->words = (ra->ndense + 64) / 64;
}

static bool test(const uint64_t *s, uint32_t k)
{
	return s[k / 64] >> (k % 64) & 1;
}

static void set_bit(uint64_t *s, uint32_t k)
{
	s[k / 64] |= 1ull << (k % 64);
}

static void block_sets(struct ra *ra, struct mblock *b)
{
	uint32_t r[8];

	b->in = DT_NEW_N(ra->tmp, uint64_t, ra->words);
	b->use = DT_NEW_N(ra->tmp, uint64_t, ra->words);
	b->def = DT_NEW_N(ra->tmp, uint64_t, ra->words);
	for (struct mi *i = b->first; i; i = i->next) {
		unsigned k = dt_mi_uses(i, r);

		while (k--)
			if (r[k] >= MR_VREG && ra->dense[r[k]] && !test(b->def, ra->dense[r[k]]))
				set_bit(b->use, ra->dense[r[k]]);
		k = dt_mi_defs(i, r);
		while (k--)
			if (r[k] >= MR_VREG && ra->dense[r[k]])
				set_bit(b->def, ra->dense[r[k]]);
	}
}

static void liveness(struct ra *ra)
{
	struct mblock **order = DT_NEW_N(ra->tmp, struct mblock *, ra->m->nblocks), *to[2];
	uint32_t n = 0;
	bool again = true;

	ra->ndense = 0;
	number_dense(ra);
	number_loops(ra);
	for (struct mblock *b = ra->m->first; b; b = b->next) {
		block_sets(ra, b);
		order[n++] = b;
	}
	while (again) {
		again = false;
		for (uint32_t k = n; k--;) {
			struct mblock *b = order[k];
			unsigned ns = successors(b, to);

			for (uint32_t w = 0; w < ra->words; w++) {
				uint64_t out = 0, in;

				for (unsigned s = 0; s < ns; s++)
					out |= to[s]->in[w];
				in = b->use[w] | (out & ~b->def[w]);
				if (in != b->in[w])
					b->in[w] = in, again = true;
			}
		}
	}
}

/* ------------------------------------------------------------------ the live set of a walk */

static void live_add(struct ra *ra, uint32_t r)
{
	if (ra->livepos[r])
		return;
	ra->live[ra->nlive++] = r;
	ra->livepos[r] = ra->nlive;
}

static void live_del(struct ra *ra, uint32_t r)
{
	uint32_t p = ra->livepos[r], last;

	if (!p)
		return;
	last = ra->live[--ra->nlive];
	ra->live[p - 1] = last;
	ra->livepos[last] = p;
	ra->livepos[r] = 0;
}

static void live_out(struct ra *ra, const struct mblock *b)
{
	struct mblock *to[2];
	unsigned ns = successors(b, to);

	while (ra->nlive)
		live_del(ra, ra->live[ra->nlive - 1]);
	for (unsigned s = 0; s < ns; s++)
		for (uint32_t w = 0; w < ra->words; w++)
			for (uint64_t v = to[s]->in[w]; v; v &= v - 1)
				live_add(ra, ra->back[w * 64 + (uint32_t)__builtin_ctzll(v)]);
}

static bool is_pure(const struct mi *i)
{
	return i->k == MK_ALU || i->k == MK_MOV || i->k == MK_MOVX || i->k == MK_LDI ||
	       i->k == MK_LD64 || i->k == MK_LDPC || i->k == MK_FRAME || i->k == MK_LOAD ||
	       i->k == MK_CLEARIF;
}

static bool remove_dead(struct ra *ra)
{
	uint32_t r[8];
	bool any = false;

	for (struct mblock *b = ra->m->first; b; b = b->next) {
		live_out(ra, b);
		for (struct mi *i = b->last, *prev; i; i = prev) {
			unsigned k;

			prev = i->prev;
			if (is_pure(i) &&
			    (!ra->livepos[i->dst] || (i->k == MK_MOV && i->dst == i->src))) {
				dt_mi_remove(b, i);
				any = true;
				continue;
			}
			for (k = dt_mi_defs(i, r); k--;)
				live_del(ra, r[k]);
			for (k = dt_mi_uses(i, r); k--;)
				live_add(ra, r[k]);
		}
	}
	return any;
}

/* ------------------------------------------------------------------ the graph */

static uint64_t edge_key(uint32_t u, uint32_t v)
{
	return u < v ? (uint64_t)u << 32 | v : (uint64_t)v << 32 | u;
}

static uint32_t edge_slot(const struct ra *ra, uint64_t key)
{
	uint32_t h = (uint32_t)((key * 0x9e3779b97f4a7c15ull) >> 32) & (ra->edgecap - 1);

	while (ra->edges[h] && ra->edges[h] != key)
		h = (h + 1) & (ra->edgecap - 1);
	return h;
}

static bool adjacent(const struct ra *ra, uint32_t u, uint32_t v)
{
	uint64_t k = edge_key(u, v);

	return ra->edges[edge_slot(ra, k)] == k;
}

static void grow_edges(struct ra *ra)
{
	uint64_t *old = ra->edges;
	uint32_t n = ra->edgecap;

	ra->edgecap = n ? n * 2 : 1024;
	ra->edges = DT_NEW_N(ra->tmp, uint64_t, ra->edgecap);
	for (uint32_t k = 0; k < n; k++)
		if (old[k])
			ra->edges[edge_slot(ra, old[k])] = old[k];
}

static void add_edge(struct ra *ra, uint32_t u, uint32_t v)
{
	uint32_t h;

	if (u == v || (u < MR_K && v < MR_K))
		return;
	h = edge_slot(ra, edge_key(u, v));
	if (ra->edges[h])
		return;
	ra->edges[h] = edge_key(u, v);
	if (++ra->nedges * 2 > ra->edgecap)
		grow_edges(ra);
	if (u >= MR_VREG) {
		dt_vec_push(ra->tmp, &ra->adj[u], v);
		ra->degree[u]++;
	}
	if (v >= MR_VREG) {
		dt_vec_push(ra->tmp, &ra->adj[v], u);
		ra->degree[v]++;
	}
}

/* How often a block probably runs: 8 times more for each loop around it. */
static uint8_t *loop_depths(struct ra *ra)
{
	uint8_t *depth = DT_NEW_N(ra->tmp, uint8_t, ra->m->nblocks);
	struct mblock *to[2];

	for (struct mblock *b = ra->m->first; b; b = b->next) {
		unsigned ns = successors(b, to);

		for (unsigned s = 0; s < ns; s++)
			for (uint32_t k = to[s]->number; k <= b->number; k++)
				if (depth[k] < 4)
					depth[k]++;
	}
	return depth;
}

static void add_move(struct ra *ra, const struct mi *i)
{
	struct move mv = {.dst = i->dst, .src = i->src};

	dt_vec_push(ra->tmp, &ra->moves_of[i->dst], ra->moves.n);
	if (i->src != i->dst)
		dt_vec_push(ra->tmp, &ra->moves_of[i->src], ra->moves.n);
	dt_vec_push(ra->tmp, &ra->wl_moves, ra->moves.n);
	dt_vec_push(ra->tmp, &ra->moves, mv);
}

static void build(struct ra *ra)
{
	uint8_t *depth = loop_depths(ra);
	uint32_t d[8], u[8];

	for (struct mblock *b = ra->m->first; b; b = b->next) {
		uint64_t weight = 1ull << (3 * depth[b->number]);

		live_out(ra, b);
		for (struct mi *i = b->last; i; i = i->prev) {
			unsigned nd = dt_mi_defs(i, d), nu = dt_mi_uses(i, u);

			if (i->k == MK_MOV) {
				live_del(ra, i->src);
				add_move(ra, i);
			}
			for (unsigned k = 0; k < nd; k++)
				live_add(ra, d[k]);
			for (unsigned k = 0; k < nd; k++) {
				ra->cost[d[k]] += weight;
				for (uint32_t l = 0; l < ra->nlive; l++)
					add_edge(ra, d[k], ra->live[l]);
			}
			for (unsigned k = 0; k < nd; k++)
				live_del(ra, d[k]);
			for (unsigned k = 0; k < nu; k++) {
				ra->cost[u[k]] += weight;
				live_add(ra, u[k]);
			}
		}
	}
}

/* ------------------------------------------------------------------ simplify, coalesce, freeze */

static bool move_related(const struct ra *ra, uint32_t v)
{
	for (uint32_t k = 0; k < ra->moves_of[v].n; k++)
		if (ra->moves.v[ra->moves_of[v].v[k]].state != M_DONE)
			return true;
	return false;
}

static void set_state(struct ra *ra, uint32_t v, enum nstate st)
{
	ra->state[v] = st;
	if (st == N_SIMPLIFY)
		dt_vec_push(ra->tmp, &ra->wl_simplify, v);
	else if (st == N_FREEZE)
		dt_vec_push(ra->tmp, &ra->wl_freeze, v);
	else if (st == N_SPILL)
		dt_vec_push(ra->tmp, &ra->wl_spill, v);
}

static bool is_gone(const struct ra *ra, uint32_t v)
{
	return ra->state[v] == N_STACK || ra->state[v] == N_COALESCED;
}

static uint32_t alias(const struct ra *ra, uint32_t v)
{
	while (ra->state[v] == N_COALESCED)
		v = ra->alias[v];
	return v;
}

static void enable_moves(struct ra *ra, uint32_t v)
{
	for (uint32_t k = 0; k < ra->moves_of[v].n; k++) {
		uint32_t mv = ra->moves_of[v].v[k];

		if (ra->moves.v[mv].state == M_ACTIVE) {
			ra->moves.v[mv].state = M_WORK;
			dt_vec_push(ra->tmp, &ra->wl_moves, mv);
		}
	}
}

static void decrement(struct ra *ra, uint32_t v)
{
	if (v < MR_VREG || ra->degree[v]-- != MR_K)
		return;
	enable_moves(ra, v);
	for (uint32_t k = 0; k < ra->adj[v].n; k++)
		if (!is_gone(ra, ra->adj[v].v[k]))
			enable_moves(ra, ra->adj[v].v[k]);
	if (ra->state[v] == N_SPILL)
		set_state(ra, v, move_related(ra, v) ? N_FREEZE : N_SIMPLIFY);
}

static void simplify(struct ra *ra, uint32_t v)
{
	set_state(ra, v, N_STACK);
	dt_vec_push(ra->tmp, &ra->stack, v);
	for (uint32_t k = 0; k < ra->adj[v].n; k++)
		if (!is_gone(ra, ra->adj[v].v[k]))
			decrement(ra, ra->adj[v].v[k]);
}

static void maybe_simplify(struct ra *ra, uint32_t v)
{
	if (v >= MR_VREG && ra->state[v] == N_FREEZE && !move_related(ra, v) &&
	    ra->degree[v] < MR_K)
		set_state(ra, v, N_SIMPLIFY);
}

/* George's test: merging v into machine register u hurts no neighbour of v. */
static bool ok_machine(const struct ra *ra, uint32_t u, uint32_t v)
{
	for (uint32_t k = 0; k < ra->adj[v].n; k++) {
		uint32_t t = ra->adj[v].v[k];

		if (!is_gone(ra, t) && t >= MR_VREG && ra->degree[t] >= MR_K && !adjacent(ra, t, u))
			return false;
	}
	return true;
}

/* Briggs's test: the merged node has fewer than K neighbours of high degree. */
static bool ok_merge(const struct ra *ra, uint32_t u, uint32_t v)
{
	uint32_t high = 0;

	for (uint32_t k = 0; k < ra->adj[u].n; k++) {
		uint32_t t = ra->adj[u].v[k];

		if (!is_gone(ra, t) && ra->degree[t] - (adjacent(ra, t, v) && t >= MR_VREG) >= MR_K)
			high++;
	}
	for (uint32_t k = 0; k < ra->adj[v].n && high < MR_K; k++) {
		uint32_t t = ra->adj[v].v[k];

		if (!is_gone(ra, t) && ra->degree[t] >= MR_K && !adjacent(ra, t, u))
			high++;
	}
	return high < MR_K;
}

static void combine(struct ra *ra, uint32_t u, uint32_t v)
{
	ra->state[v] = N_COALESCED;
	ra->alias[v] = u;
	ra->cost[u] += ra->cost[v];
	for (uint32_t k = 0; k < ra->moves_of[v].n; k++)
		dt_vec_push(ra->tmp, &ra->moves_of[u], ra->moves_of[v].v[k]);
	enable_moves(ra, v);
	for (uint32_t k = 0; k < ra->adj[v].n; k++) {
		uint32_t t = ra->adj[v].v[k];

		if (is_gone(ra, t))
			continue;
		add_edge(ra, t, u);
		decrement(ra, t);
	}
	if (u >= MR_VREG && ra->degree[u] >= MR_K && ra->state[u] == N_FREEZE)
		set_state(ra, u, N_SPILL);
}

static void coalesce(struct ra *ra, uint32_t mv)
{
	struct move *m = &ra->moves.v[mv];
	uint32_t x = alias(ra, m->dst), y = alias(ra, m->src), u = x, v = y;

	if (m->state != M_WORK)
		return;
	if (y < MR_VREG)
		u = y, v = x;
	if (u == v) {
		m->state = M_DONE;
		maybe_simplify(ra, u);
	} else if (v < MR_VREG || adjacent(ra, u, v)) {
		m->state = M_DONE;
		maybe_simplify(ra, u);
		maybe_simplify(ra, v);
	} else if (u < MR_VREG ? ok_machine(ra, u, v) : ok_merge(ra, u, v)) {
		m->state = M_DONE;
		combine(ra, u, v);
		maybe_simplify(ra, u);
	} else {
		m->state = M_ACTIVE;
	}
}

static void freeze_moves(struct ra *ra, uint32_t u)
{
	for (uint32_t k = 0; k < ra->moves_of[u].n; k++) {
		struct move *m = &ra->moves.v[ra->moves_of[u].v[k]];
		uint32_t x = alias(ra, m->dst), y = alias(ra, m->src);

		if (m->state == M_DONE)
			continue;
		m->state = M_DONE;
		maybe_simplify(ra, x == alias(ra, u) ? y : x);
	}
}

/* The candidate that costs least for the room it makes. */
static bool select_spill(struct ra *ra)
{
	uint64_t best_cost = 0;
	uint32_t best = MR_NONE, n = 0;

	for (uint32_t k = 0; k < ra->wl_spill.n; k++) {
		uint32_t v = ra->wl_spill.v[k];
		uint64_t c;

		if (ra->state[v] != N_SPILL)
			continue;
		ra->wl_spill.v[n++] = v; /* forget the others */
		c = (ra->m->tiny[v] ? 1ull << 50 : 0) + ra->cost[v] * 1024 / (ra->degree[v] + 1);
		if (best == MR_NONE || c < best_cost)
			best = v, best_cost = c;
	}
	ra->wl_spill.n = n;
	if (best == MR_NONE)
		return false;
	set_state(ra, best, N_SIMPLIFY);
	freeze_moves(ra, best);
	return true;
}

static bool pop(u32vec *l, uint32_t *v)
{
	if (!l->n)
		return false;
	*v = l->v[--l->n];
	return true;
}

static void reduce(struct ra *ra)
{
	uint32_t v, next_move = 0;

	for (v = MR_VREG; v < ra->n; v++) {
		if (!ra->cost[v])
			continue; /* occurs nowhere */
		set_state(ra, v,
			  ra->degree[v] >= MR_K ? N_SPILL
			  : move_related(ra, v) ? N_FREEZE
						: N_SIMPLIFY);
	}
	for (;;) {
		if (pop(&ra->wl_simplify, &v)) {
			if (ra->state[v] == N_SIMPLIFY)
				simplify(ra, v);
		} else if (next_move < ra->wl_moves.n) {
			coalesce(ra, ra->wl_moves.v[next_move++]);
		} else if (pop(&ra->wl_freeze, &v)) {
			if (ra->state[v] == N_FREEZE) {
				set_state(ra, v, N_SIMPLIFY);
				freeze_moves(ra, v);
			}
		} else if (!select_spill(ra)) {
			break;
		}
	}
}

/* ------------------------------------------------------------------ colours */

static uint8_t preferred(const struct ra *ra, uint32_t v, uint32_t ok)
{
	for (uint32_t k = 0; k < ra->moves_of[v].n; k++) {
		const struct move *m = &ra->moves.v[ra->moves_of[v].v[k]];
		uint32_t o = alias(ra, m->dst) == v ? alias(ra, m->src) : alias(ra, m->dst);

		if ((ra->state[o] == N_COLORED || ra->state[o] == N_PRE) &&
		    ok >> ra->m->color[o] & 1)
			return ra->m->color[o];
	}
	return (uint8_t)__builtin_ctz(ok);
}

static bool assign(struct ra *ra)
{
	bool spilled = false;
	uint32_t v;

	while (pop(&ra->stack, &v)) {
		uint32_t ok = (1u << MR_K) - 1;

		for (uint32_t k = 0; k < ra->adj[v].n; k++) {
			uint32_t w = alias(ra, ra->adj[v].v[k]);

			if (ra->state[w] == N_COLORED || ra->state[w] == N_PRE)
				ok &= ~(1u << ra->m->color[w]);
		}
		if (!ok) {
			ra->state[v] = N_SPILLED;
			spilled = true;
			continue;
		}
		ra->m->color[v] = preferred(ra, v, ok);
		ra->state[v] = N_COLORED;
	}
	for (v = MR_VREG; v < ra->n; v++)
		if (ra->state[v] == N_COALESCED)
			ra->m->color[v] = ra->m->color[alias(ra, v)];
	return spilled;
}

/* ------------------------------------------------------------------ spilling */

struct spill {
	struct ra *ra;
	struct mi **remat; /* by register: the instruction that makes it, if that is all there is */
	uint32_t *slot;    /* by root of the coalesced set: frame object + 1 */
	uint8_t *is_spilled;
};

static uint32_t spill_slot(struct spill *s, uint32_t v)
{
	uint32_t root = alias(s->ra, v);
	struct ir_frameobj o = {.size = 8, .align = 8, .name = "spill"};

	if (!s->slot[root]) {
		dt_vec_push(s->ra->m->tmp, &s->ra->m->frame, o);
		s->slot[root] = s->ra->m->frame.n;
	}
	return s->slot[root];
}

static struct mi *slot_access(struct spill *s, enum mk k, uint32_t v, uint32_t reg,
			      struct dt_span at)
{
	struct mi *i = dt_mi_new(s->ra->m, k, at);

	i->frame = spill_slot(s, v);
	i->code = (k == MK_LOAD ? BPF_C_LDX : BPF_C_STX) | BPF_M_MEM | BPF_S_DW;
	i->dst = k == MK_LOAD ? reg : MR_FP;
	i->src = k == MK_LOAD ? MR_FP : reg;
	return i;
}

/* What makes spilled register v into `reg`: its slot, or its own instruction again. */
static struct mi *reload(struct spill *s, uint32_t v, uint32_t reg, struct dt_span at)
{
	struct mi *i;

	if (!s->remat[v])
		return slot_access(s, MK_LOAD, v, reg, at);
	i = dt_mi_new(s->ra->m, s->remat[v]->k, at);
	*i = *s->remat[v];
	i->next = i->prev = NULL;
	i->span = at;
	i->dst = reg;
	return i;
}

static uint32_t tiny(struct mfunc *m)
{
	uint32_t v = m->nregs++;
	uint8_t *t;

	if (v % 1024 == 0 || !m->tiny) { /* room for all up to the next 1024 */
		t = DT_NEW_N(m->tmp, uint8_t, v + 1024 + 1);
		if (m->tiny)
			memcpy(t, m->tiny, v);
		m->tiny = t;
	}
	m->tiny[v] = 1;
	return v;
}

static bool spilled(const struct spill *s, uint32_t v)
{
	return v != MR_NONE && v >= MR_VREG && v < s->ra->n && s->is_spilled[v];
}

/* mov between spilled registers, or constant to a slot: no register is needed. True if replaced. */
static bool rewrite_move(struct spill *s, struct mblock *b, struct mi *i)
{
	struct mi *k;

	if (i->k == MK_LDI && i->imm == (int32_t)i->imm && spilled(s, i->dst)) {
		k = slot_access(s, MK_STORE, i->dst, MR_NONE, i->span);
		k->code = BPF_C_ST | BPF_M_MEM | BPF_S_DW;
		k->has_imm = true;
		k->imm = i->imm;
	} else if (i->k != MK_MOV) {
		return false;
	} else if (spilled(s, i->dst) && spilled(s, i->src)) {
		if (s->remat[i->src] || alias(s->ra, i->dst) != alias(s->ra, i->src))
			return false;
		dt_mi_remove(b, i);
		return true;
	} else if (spilled(s, i->dst)) {
		k = slot_access(s, MK_STORE, i->dst, i->src, i->span);
	} else if (spilled(s, i->src)) {
		k = reload(s, i->src, i->dst, i->span);
	} else {
		return false;
	}
	dt_mi_insert(b, i, k);
	dt_mi_remove(b, i);
	return true;
}

static void rewrite_inst(struct spill *s, struct mblock *b, struct mi *i)
{
	uint32_t u[8], d[8], *field[3] = {&i->dst, &i->src, &i->src2};
	unsigned nu, nd;

	if (rewrite_move(s, b, i))
		return;
	nu = dt_mi_uses(i, u);
	nd = dt_mi_defs(i, d);
	for (int f = 0; f < 3; f++) {
		uint32_t v = *field[f], t;
		bool is_use = false, is_def = false;

		if (!spilled(s, v))
			continue;
		for (unsigned k = 0; k < nu; k++)
			is_use |= u[k] == v;
		for (unsigned k = 0; k < nd; k++)
			is_def |= d[k] == v;
		t = tiny(s->ra->m);
		if (is_use)
			dt_mi_insert(b, i, reload(s, v, t, i->span));
		if (is_def)
			dt_mi_insert(b, i->next, slot_access(s, MK_STORE, v, t, i->span));
		for (int g = f; g < 3; g++)
			if (*field[g] == v)
				*field[g] = t;
	}
}

static void find_remat(struct spill *s)
{
	struct ra *ra = s->ra;
	uint32_t *ndef = DT_NEW_N(ra->tmp, uint32_t, ra->n), d[8];

	for (struct mblock *b = ra->m->first; b; b = b->next)
		for (struct mi *i = b->first; i; i = i->next)
			for (unsigned k = dt_mi_defs(i, d); k--;) {
				bool cheap = i->k == MK_LDI || i->k == MK_LD64 || i->k == MK_FRAME;

				s->remat[d[k]] = !ndef[d[k]]++ && cheap ? i : NULL;
			}
}

/* True if something could be spilled. */
static bool spill(struct ra *ra)
{
	struct spill s = {.ra = ra};
	bool any = false;

	s.remat = DT_NEW_N(ra->tmp, struct mi *, ra->n);
	s.slot = DT_NEW_N(ra->tmp, uint32_t, ra->n);
	s.is_spilled = DT_NEW_N(ra->tmp, uint8_t, ra->n);
	find_remat(&s);
	for (uint32_t v = MR_VREG; v < ra->n; v++)
		if (ra->cost[v] && ra->state[alias(ra, v)] == N_SPILLED && !ra->m->tiny[v])
			s.is_spilled[v] = any = true;
	for (struct mblock *b = ra->m->first; b; b = b->next)
		for (struct mi *i = b->first, *next; i; i = next) {
			next = i->next;
			if ((i->k == MK_LDI || i->k == MK_LD64 || i->k == MK_FRAME) &&
			    spilled(&s, i->dst) && s.remat[i->dst])
				dt_mi_remove(b, i);
			else
				rewrite_inst(&s, b, i);
		}
	return any;
}

/* ------------------------------------------------------------------ rounds */

static void init_round(struct ra *ra)
{
	uint32_t n = ra->n = ra->m->nregs;

	ra->live = DT_NEW_N(ra->tmp, uint32_t, n + 1);
	ra->livepos = DT_NEW_N(ra->tmp, uint32_t, n);
	ra->adj = DT_NEW_N(ra->tmp, u32vec, n);
	ra->moves_of = DT_NEW_N(ra->tmp, u32vec, n);
	ra->degree = DT_NEW_N(ra->tmp, uint32_t, n);
	ra->alias = DT_NEW_N(ra->tmp, uint32_t, n);
	ra->state = DT_NEW_N(ra->tmp, uint8_t, n);
	ra->cost = DT_NEW_N(ra->tmp, uint64_t, n);
	ra->m->color = DT_NEW_N(ra->m->tmp, uint8_t, n);
	for (uint32_t v = 0; v < MR_VREG; v++) {
		ra->state[v] = N_PRE;
		ra->m->color[v] = (uint8_t)v;
		ra->degree[v] = BIG_DEGREE;
	}
	grow_edges(ra);
}

/* 1 done, 0 again, -1 cannot. */
static int one_round(struct mfunc *m, bool first)
{
	struct ra ra = {.m = m, .tmp = dt_arena_new()};
	int r = 1;

	if (!ra.tmp)
		return -1;
	init_round(&ra);
	do
		liveness(&ra);
	while (first && remove_dead(&ra));
	build(&ra);
	reduce(&ra);
	if (assign(&ra))
		r = spill(&ra) ? 0 : -1;
	dt_arena_free(ra.tmp);
	return r;
}

bool dt_regalloc(struct mfunc *m)
{
	int r = 0;

	m->tiny = DT_NEW_N(m->tmp, uint8_t, m->nregs + 1024 + 1);
	for (int k = 0; k < MAX_ROUNDS && r == 0; k++)
		r = one_round(m, k == 0);
	return r > 0;
}
