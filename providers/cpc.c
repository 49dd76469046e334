/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpc: counters of the processor, and of the kernel, that fire each time they have counted so far
 * (CPC-01..05).
 *
 * The kernel offers, through perf, the processor's counters under generic names, caches' counters,
 * whatever a number means to the processor (rNNNN), and counters that it keeps itself. DTrace
 * promises probes EVENT-MODE-COUNT: the event's name in lower case with _ for -, whether to count
 * in programs (user), in the kernel, or both (all), and after how many to fire. So a probe is one
 * perf event with a fixed period on every CPU, whose context has the interrupted registers: arg0 is
 * the kernel's pc, arg1 the program's, one of them 0.
 *
 * Which counters there are, only trying tells: a virtual machine often has none of its processor's.
 * Those that work are listed, with a count that is only an example, if cpc is named (PC-03).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/features.h"
#include "probe/match.h"
#include "providers.h"

enum { HARDWARE = 0, SOFTWARE = 1, CACHE = 3, RAW = 4 }; /* perf's types */
enum { EXCLUDE_USER = 1 << 4, EXCLUDE_KERNEL = 1 << 5, EXCLUDE_HV = 1 << 6 };

#define LIST_COUNT "1000000000"

struct counter {
	const char *name;
	uint8_t type;
	uint32_t config;
};

/* L1, last level and so on: what is read, written, fetched ahead; and what of it was missing. */
#define OPS(name, id)                                                             \
	{name "_loads", CACHE, id}, {name "_load_misses", CACHE, (id) | 1 << 16}, \
		{name "_stores", CACHE, (id) | 1 << 8},                           \
		{name "_store_misses", CACHE, (id) | 1 << 8 | 1 << 16},           \
		{name "_prefetches", CACHE, (id) | 2 << 8},                       \
	{                                                                         \
		name "_prefetch_misses", CACHE, (id) | 2 << 8 | 1 << 16           \
	}

static const struct counter counters[] = {
	{"cpu_cycles", HARDWARE, 0},
	{"instructions", HARDWARE, 1},
	{"cache_references", HARDWARE, 2},
	{"cache_misses", HARDWARE, 3},
	{"branch_instructions", HARDWARE, 4},
	{"branch_misses", HARDWARE, 5},
	{"bus_cycles", HARDWARE, 6},
	{"stalled_cycles_frontend", HARDWARE, 7},
	{"stalled_cycles_backend", HARDWARE, 8},
	{"ref_cycles", HARDWARE, 9},
	/* what scripts of other systems call them */
	{"PAPI_tot_cyc", HARDWARE, 0},
	{"PAPI_tot_ins", HARDWARE, 1},
	{"PAPI_br_ins", HARDWARE, 4},
	{"PAPI_br_msp", HARDWARE, 5},
	{"cpu_clock", SOFTWARE, 0},
	{"task_clock", SOFTWARE, 1},
	{"page_faults", SOFTWARE, 2},
	{"context_switches", SOFTWARE, 3},
	{"cpu_migrations", SOFTWARE, 4},
	{"minor_faults", SOFTWARE, 5},
	{"major_faults", SOFTWARE, 6},
	{"alignment_faults", SOFTWARE, 7},
	{"emulation_faults", SOFTWARE, 8},
	{"cgroup_switches", SOFTWARE, 11},
	OPS("l1_dcache", 0),
	OPS("l1_icache", 1),
	OPS("llc", 2),
	OPS("dtlb", 3),
	OPS("itlb", 4),
	OPS("branch", 5),
	OPS("node", 6),
};
#define NCOUNTERS (sizeof(counters) / sizeof(counters[0]))
#define ID_MADE   (DT_ID_CPC + 200) /* first id for counts other than the listed */

static const struct {
	const char *name;
	uint64_t flags;
} modes[] = {
	{"all", 0},
	{"user", EXCLUDE_KERNEL | EXCLUDE_HV},
	{"kernel", EXCLUDE_USER},
};

/* dt_probe.priv */
struct cpc {
	uint8_t type;
	uint64_t config, flags, count;
};

/* ------------------------------------------------------------------ names */

static bool is_word(const char *s, size_t n, const char *word)
{
	return strlen(word) == n && !strncmp(s, word, n);
}

static bool find_counter(const char *s, size_t n, struct cpc *out)
{
	char *end;

	for (size_t i = 0; i < NCOUNTERS; i++)
		if (is_word(s, n, counters[i].name)) {
			out->type = counters[i].type;
			out->config = counters[i].config;
			return true;
		}
	if (n < 2 || n > 17 || s[0] != 'r' || strspn(s + 1, "0123456789abcdef") != n - 1)
		return false;
	out->type = RAW;
	out->config = strtoull(s + 1, &end, 16);
	return end == s + n;
}

/* "page_faults-user-100". Attributes, the optional part before the count, are no part of perf's
 * generic names. */
static bool parse(const char *name, struct cpc *out)
{
	const char *mode = strchr(name, '-'), *count = mode ? strchr(mode + 1, '-') : NULL;
	size_t i = 0;

	if (!count || !find_counter(name, (size_t)(mode - name), out))
		return false;
	while (i < sizeof(modes) / sizeof(modes[0]) &&
	       !is_word(mode + 1, (size_t)(count - mode) - 1, modes[i].name))
		i++;
	if (i == sizeof(modes) / sizeof(modes[0]))
		return false;
	out->flags = modes[i].flags;
	out->count = 0;
	for (const char *s = count + 1; *s; s++)
		if (*s < '0' || *s > '9' || __builtin_mul_overflow(out->count, 10, &out->count) ||
		    __builtin_add_overflow(out->count, *s - '0', &out->count))
			return false;
	return out->count > 0 && out->count <= INT64_MAX;
}

/* ------------------------------------------------------------------ which there are */

static void add(struct dt_registry *r, const struct dt_provider *p, uint32_t id, const char *name,
		const struct cpc *c)
{
	struct cpc *own = DT_NEW(r->arena, struct cpc);

	*own = *c;
	dt_probe_add(r, p, id, p->name, "", "", name, (uint64_t)(uintptr_t)own);
}

/* One that is named. If the machine lacks it, and it can't be anything else, that is the error. */
static int add_named(struct dt_registry *r, const struct dt_provider *p, const struct dt_query *q,
		     const struct cpc *c)
{
	const struct dt_probe *met = dt_registry_find(r, p->name, "", "", q->name);
	uint32_t made = 0;
	int err;

	if (met) {
		add(r, p, met->id, q->name, c);
		return 0;
	}
	err = dt_feature_counter(c->type, c->config, c->flags);
	if (err)
		return !strcmp(q->prov, p->name)
			       ? dt_registry_error(r, err, "this machine does not count that: %s",
						   strerror(-err))
			       : 0;
	for (uint32_t i = 0; i < r->probes.n; i++)
		made += r->probes.v[i]->provider == p && r->probes.v[i]->id >= ID_MADE;
	if (ID_MADE + made >= DT_ID_SDT)
		return dt_registry_error(r, -ENOSPC, "more than %d probes of counters",
					 DT_ID_SDT - ID_MADE);
	add(r, p, ID_MADE + made, q->name, c);
	return 0;
}

static int match(struct dt_registry *r, const struct dt_provider *p, const struct dt_query *q)
{
	struct cpc c;

	if (!dt_glob(q->mod, "") || !dt_glob(q->func, ""))
		return 0;
	if (dt_glob_literal(q->name))
		return parse(q->name, &c) ? add_named(r, p, q, &c) : 0;
	if (strcmp(q->prov, p->name))
		return 0;
	for (uint32_t i = 0; i < NCOUNTERS; i++) {
		char name[80];

		snprintf(name, sizeof(name), "%s-all-" LIST_COUNT, counters[i].name);
		if (dt_glob(q->name, name) && parse(name, &c) &&
		    !dt_feature_counter(c.type, c.config, c.flags))
			add(r, p, DT_ID_CPC + i, name, &c);
	}
	return 0;
}

static int by_id(struct dt_registry *r, const struct dt_provider *p, uint32_t id)
{
	static const struct dt_query all = {"cpc", "", "", "", true};

	return id >= DT_ID_CPC && id < DT_ID_CPC + NCOUNTERS ? match(r, p, &all) : -ENOENT;
}

/* ------------------------------------------------------------------ tracing */

static int args(struct dt_registry *r, const struct dt_probe *pr, struct dt_types *ts,
		struct dt_argdesc *out, int max)
{
	(void)r, (void)pr, (void)ts, (void)out, (void)max;
	return 0; /* arg0 and arg1 have no types: they are addresses, of one world or the other */
}

static struct dt_argsrc argsrc(const struct dt_probe *pr, const struct dt_attach *at, unsigned n)
{
	(void)pr;
	(void)at;
	if (n > 1)
		return (struct dt_argsrc){.kind = DT_ARG_NONE};
	return (struct dt_argsrc){.kind = DT_ARG_PROFILE, .size = 8, .value = n};
}

static int attach(struct dt_registry *r, const struct dt_probe *pr, struct dt_hooks *out)
{
	const struct cpc *c = (const struct cpc *)(uintptr_t)pr->priv;

	(void)r;
	dt_hook_add(out, (struct dt_attach){.mech = DT_MECH_PERF_EVENT,
					    .ctx = DT_CTX_PERF,
					    .perf_type = c->type,
					    .perf_config = c->config,
					    .perf_flags = c->flags,
					    .period = c->count});
	return 0;
}

const struct dt_provider dt_prov_cpc = {
	.name = "cpc",
	.stability = {.prov = DT_STAB_EVOLVING,
		      .mod = DT_STAB_PRIVATE,
		      .func = DT_STAB_PRIVATE,
		      .pname = {STB_EVOLVING, STB_EVOLVING, CLS_CPU},
		      .args = DT_STAB_EVOLVING},
	.match = match,
	.by_id = by_id,
	.args = args,
	.argsrc = argsrc,
	.attach = attach,
};
