/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * profile: profile-N fires N times a second on every CPU, tick-N on one CPU only (PRF-01..06).
 *
 * The kernel offers a perf software event, cpu-clock, that a timer drives: with a fixed period it
 * calls the program once a period, on the CPU it was opened for, idle or not, whatever runs there.
 * That is DTrace's promise as it stands; so a probe is one such event per CPU, and its context has
 * the interrupted registers, from which arg0 (the kernel's pc) and arg1 (the user's) come: one of
 * them is 0.
 *
 * Timers can be late, by so much even that periods are left out; and the kernel starts no sample's
 * program while that of a tracepoint or kprobe is at work on the CPU. arg2 is how late a firing is,
 * in nanoseconds, by the timer itself; periods that passed without a firing are counted and
 * reported, by the time since the first.
 *
 * N may have a unit, in any case of letters: tick-10ms, profile-5SEC; without one it is a rate in
 * hz. Any rate can be asked for, down to a period of 200 us; wildcards and listings see only the
 * usual ones.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include "ir/hook.h"
#include "probe/match.h"
#include "providers.h"

#define NSEC       1000000000ull
#define PERIOD_MIN 200000ull
#define ID_MADE    (DT_ID_PROFILE + 30) /* first id for rates made on demand */

static const char *const listed[] = {
	"profile-97",   "profile-199",  "profile-499", "profile-997", "profile-1999",
	"profile-4001", "profile-4999", "tick-1",      "tick-10",     "tick-100",
	"tick-500",     "tick-1000",    "tick-5000",
};
#define NLISTED (sizeof(listed) / sizeof(listed[0]))

static const struct {
	const char *suffix;
	uint64_t ns; /* 0: a rate */
} units[] = {
	{"", 0},
	{"hz", 0},
	{"ns", 1},
	{"nsec", 1},
	{"us", 1000},
	{"usec", 1000},
	{"ms", 1000000},
	{"msec", 1000000},
	{"s", NSEC},
	{"sec", NSEC},
	{"m", 60 * NSEC},
	{"min", 60 * NSEC},
	{"h", 3600 * NSEC},
	{"hour", 3600 * NSEC},
	{"d", 86400 * NSEC},
	{"day", 86400 * NSEC},
};

/* The period of "97", "10ms", "5SEC"; 0 if it is none or out of bounds (PRF-03). */
static uint64_t parse_period(const char *s)
{
	uint64_t n = 0, period = 0;

	if (*s < '0' || *s > '9')
		return 0;
	for (; *s >= '0' && *s <= '9'; s++)
		if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, *s - '0', &n))
			return 0;
	if (!n)
		return 0;
	for (unsigned i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcasecmp(s, units[i].suffix))
			continue;
		if (!units[i].ns)
			period = n > NSEC ? 0 : NSEC / n;
		else if (__builtin_mul_overflow(n, units[i].ns, &period))
			period = 0;
		break;
	}
	return period >= PERIOD_MIN && period <= INT64_MAX ? period : 0;
}

static uint64_t period_of(const char *name, bool *tick)
{
	*tick = !strncmp(name, "tick-", 5);
	if (*tick)
		return parse_period(name + 5);
	return strncmp(name, "profile-", 8) ? 0 : parse_period(name + 8);
}

/* The id of a rate made on demand: in order of use. */
static int next_id(struct dt_registry *r, const struct dt_provider *p, uint32_t *id)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < r->probes.n; i++)
		n += r->probes.v[i]->provider == p && r->probes.v[i]->id >= ID_MADE;
	*id = ID_MADE + n;
	if (*id >= DT_ID_SYSCALL)
		return dt_registry_error(r, -ENOSPC,
					 "more than %d rates of profile and tick probes",
					 DT_ID_SYSCALL - ID_MADE);
	return 0;
}

static int match(struct dt_registry *r, const struct dt_provider *p, const struct dt_query *q)
{
	const char *name = q->name;
	bool tick, literal = dt_glob_literal(name);
	uint64_t period;
	uint32_t id;
	int err;

	if (!dt_glob(q->mod, "") || !dt_glob(q->func, ""))
		return 0;
	for (unsigned i = 0; i < NLISTED; i++) {
		if (!dt_glob(name, listed[i]))
			continue;
		dt_probe_add(r, p, DT_ID_PROFILE + i, p->name, "", "", listed[i],
			     period_of(listed[i], &tick));
		if (literal)
			return 0;
	}
	period = literal ? period_of(name, &tick) : 0;
	if (!period)
		return 0;
	err = next_id(r, p, &id);
	if (!err)
		dt_probe_add(r, p, id, p->name, "", "", name, period);
	return err;
}

static int args(struct dt_registry *r, const struct dt_probe *pr, struct dt_types *ts,
		struct dt_argdesc *out, int max)
{
	(void)r, (void)pr, (void)ts, (void)out, (void)max;
	return 0; /* arg0 and arg1 have no types: they are addresses, of one world or the other */
}

static struct dt_argsrc argsrc(const struct dt_probe *pr, const struct dt_attach *at, unsigned n)
{
	(void)at;
	(void)pr;
	if (n > 1)
		return (struct dt_argsrc){.kind = DT_ARG_NONE};
	return (struct dt_argsrc){.kind = DT_ARG_PROFILE, .size = 8, .value = n};
}

/* One probe on one CPU, from its first firing on. */
struct clock {
	uint64_t first; /* when that was */
	uint64_t fired; /* times since */
	int64_t missed; /* periods without a firing, as told already */
};

/* first + k * period is now, give or take half a period: k firings there should have been. */
static void count_missed(struct dt_hook *hk, uint64_t period)
{
	struct ir_builder *b = dt_hook_ir(hk);
	struct ir_block *first = ir_block_new(b, "first"), *later = ir_block_new(b, "later"),
			*told = ir_block_new(b, "miss"), *done = ir_block_new(b, "counted");
	ir_reg cell = dt_hook_percpu(hk, sizeof(struct clock)), now = dt_hook_now(hk);
	ir_reg start = ir_load(b, 8, false, cell, offsetof(struct clock, first)), fired, n, old;

	ir_bri(b, IR_EQ, start, 0, first, later);
	ir_at(b, first);
	ir_store(b, 8, cell, offsetof(struct clock, first), now);
	ir_jmp(b, done);
	ir_at(b, later);
	fired = ir_op2i(b, IR_ADD, ir_load(b, 8, false, cell, offsetof(struct clock, fired)), 1);
	ir_store(b, 8, cell, offsetof(struct clock, fired), fired);
	n = ir_op2i(b, IR_ADD, ir_op2(b, IR_SUB, now, start), (int64_t)(period / 2));
	n = ir_op2(b, IR_SUB, ir_op2(b, IR_UDIV, n, ir_ldi(b, (int64_t)period)), fired);
	old = ir_load(b, 8, true, cell, offsetof(struct clock, missed));
	ir_br(b, IR_EQ, n, old, done, told);
	ir_at(b, told);
	ir_store(b, 8, cell, offsetof(struct clock, missed), n);
	dt_hook_missed(hk, ir_op2(b, IR_SUB, n, old));
	ir_jmp(b, done);
	ir_at(b, done);
}

/* The context is really { registers, sample, event }: the event has the timer, which has not been
 * moved on yet. */
static void how_late(struct dt_hook *hk)
{
	static const char member[] = "hw.hrtimer.node.expires";
	struct ir_builder *b = dt_hook_ir(hk);
	int64_t off;
	ir_reg event;

	if (!dt_hook_offsetof(hk, "perf_event", member, &off))
		return; /* no BTF: 0 */
	event = dt_hook_src(hk, (struct dt_argsrc){.kind = DT_ARG_CTX_ADDR});
	event = dt_hook_read(hk, event, 16, 8, false);
	dt_hook_arg(hk, 2,
		    ir_op2(b, IR_SUB, dt_hook_now(hk), dt_hook_read(hk, event, off, 8, false)));
}

static void emit(struct dt_hook *hk, const struct dt_probe *pr, const struct dt_attach *at)
{
	(void)pr;
	if (dt_hook_reads(hk, 2))
		how_late(hk);
	count_missed(hk, at->period_ns);
}

static int attach(struct dt_registry *r, const struct dt_probe *pr, struct dt_hooks *out)
{
	(void)r;
	dt_hook_add(out, (struct dt_attach){.mech = DT_MECH_PERF_CLOCK,
					    .index = DT_INDEX_CONST,
					    .ctx = DT_CTX_PERF,
					    .period_ns = pr->priv,
					    .one_cpu = !strncmp(pr->name, "tick-", 5),
					    .emit = emit});
	return 0;
}

const struct dt_provider dt_prov_profile = {
	.name = "profile",
	.stability = {.prov = DT_STAB_EVOLVING,
		      .mod = {STB_UNSTABLE, STB_UNSTABLE, CLS_UNKNOWN},
		      .func = DT_STAB_PRIVATE,
		      .pname = DT_STAB_EVOLVING,
		      .args = DT_STAB_EVOLVING},
	.match = match,
	.args = args,
	.argsrc = argsrc,
	.attach = attach,
};
