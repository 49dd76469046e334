/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a record to its line: find the clause it was written by, print header and prefix, and let
 * each action print its part. Nothing in a record is believed before it is checked: what makes no
 * sense is reported as an error of ours, and skipped.
 *
 * Also here: run-time errors, and the drops that the programs counted.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include "consume/internal.h"
#include "sema/func.h"

int dt_consumer_init(struct dt_consumer *c, struct dt_arena *a, const struct dt_manifest *m,
		     FILE *out)
{
	struct dt_cpriv *p = calloc(1, sizeof(*p));
	int r;

	c->arena = a;
	c->m = m;
	c->out = out;
	c->priv = p;
	if (!p)
		return -ENOMEM;
	p->seen = calloc((size_t)m->ncpu * DT_DROP_COUNT + 1, sizeof(*p->seen));
	r = p->seen ? dt_aggtable_new(c) : -ENOMEM;
	return r ? r : dt_symtab_new(c);
}

void dt_consumer_fini(struct dt_consumer *c)
{
	struct dt_cpriv *p = c->priv;

	dt_aggtable_free(c);
	dt_symtab_free(c);
	if (p)
		free(p->seen);
	free(p);
	c->priv = NULL;
}

/* ------------------------------------------------------------------ errors */

/* One line to a handler, or to stderr in step with what was printed before it. */
static int say(struct dt_consumer *c, int (*handler)(void *, const char *), const char *line)
{
	if (handler)
		return handler(c->handler_arg, line) ? -ECANCELED : 0;
	if (c->out)
		fflush(c->out); /* a failure shows when the drain ends */
	fprintf(stderr, "%s\n", line);
	return 0;
}

int dt_consume_bug(struct dt_consumer *c, const char *fmt, ...)
{
	char text[256], line[300];
	struct dt_cpriv *p = c->priv;
	va_list ap;

	if (p->bad++ >= 16) /* once something is wrong, the rest is likely to be */
		return 0;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	snprintf(line, sizeof(line), "dtrace: internal error: %s", text);
	return say(c, c->on_error, line);
}

enum detail { NO_DETAIL, HEX, DECIMAL };

static const struct {
	const char *text;
	enum detail detail;
} faults[] = {
	[DTRACEFLT_UNKNOWN] = {"unknown fault", NO_DETAIL},
	[DTRACEFLT_BADADDR] = {"invalid address", HEX},
	[DTRACEFLT_BADALIGN] = {"invalid alignment", HEX},
	[DTRACEFLT_ILLOP] = {"illegal operation", NO_DETAIL},
	[DTRACEFLT_DIVZERO] = {"divide-by-zero", NO_DETAIL},
	[DTRACEFLT_NOSCRATCH] = {"out of scratch space", NO_DETAIL},
	[DTRACEFLT_KPRIV] = {"invalid kernel access", NO_DETAIL},
	[DTRACEFLT_UPRIV] = {"invalid user access", NO_DETAIL},
	[DTRACEFLT_TUPOFLOW] = {"tuple stack overflow", NO_DETAIL},
	[DTRACEFLT_BADSTACK] = {"bad stack", HEX},
	[DTRACEFLT_BADSIZE] = {"invalid size", HEX},
	[DTRACEFLT_BADINDEX] = {"index out of bounds", DECIMAL},
	[DTRACEFLT_LIBRARY] = {"library-level fault", NO_DETAIL},
};

static int dispatch_error(struct dt_consumer *c, const void *data, uint32_t size)
{
	const struct dt_errrec *e = data;
	uint32_t code = DTRACEFLT_UNKNOWN;
	const struct dt_probe *p;
	char line[1024], detail[40] = "", pc[48] = "";

	if (size < sizeof(*e) || e->h.probe >= c->m->nprobes || !c->m->probes[e->h.probe])
		return dt_consume_bug(c, "error record of %u bytes for probe index %u", size,
				      size < sizeof(*e) ? 0 : e->h.probe);
	if (e->code < sizeof(faults) / sizeof(faults[0]))
		code = e->code;
	p = c->m->probes[e->h.probe];
	if (faults[code].detail == HEX && e->addr != UINT64_MAX)
		snprintf(detail, sizeof(detail), " (0x%" PRIx64 ")", e->addr);
	else if (faults[code].detail == DECIMAL)
		snprintf(detail, sizeof(detail), " (%" PRId64 ")", (int64_t)e->addr);
	if (e->pc >= 0)
		snprintf(pc, sizeof(pc), " at BPF pc %" PRId64, e->pc);
	snprintf(line, sizeof(line),
		 "dtrace: error in dt_clause_%u for probe ID %u (%s:%s:%s:%s): %s%s%s", e->clause,
		 p->id, p->prov, p->mod, p->func, p->name, faults[code].text, detail, pc);
	return say(c, c->on_error, line);
}

/* ------------------------------------------------------------------ header and prefix */

enum flow { FLOW_NONE, FLOW_ENTRY, FLOW_RETURN };

static bool ends_in(const char *s, const char *word)
{
	size_t n = strlen(s), k = strlen(word);

	return n >= k && !strcmp(s + n - k, word) && (n == k || s[n - k - 1] == '-');
}

static enum flow flow_of(const struct dt_probe *p)
{
	return ends_in(p->name, "entry")    ? FLOW_ENTRY
	       : ends_in(p->name, "return") ? FLOW_RETURN
					    : FLOW_NONE;
}

/* OUT-05. flow_probe and flow_clause are those of the record before, counted from 1. */
static int flow_prefix(struct dt_consumer *c, const struct dt_record *rec)
{
	const struct dt_probe *p = rec->probe;
	enum flow flow = flow_of(p);
	bool sys = !strcmp(p->prov, "syscall");
	bool again = c->flow_probe == rec->hdr->probe + 1 && c->flow_clause != rec->hdr->clause + 1;
	char name[1024];

	if (flow == FLOW_RETURN && !again)
		c->indent = c->indent >= 2 ? c->indent - 2 : 0;
	if (flow == FLOW_ENTRY && again) /* this firing has been indented for */
		flow = FLOW_NONE;
	/* deep recursion must not grow lines without end */
	snprintf(name, sizeof(name), "%*s%s%s%s%s", c->indent < 512 ? c->indent : 512, "",
		 flow == FLOW_ENTRY    ? sys ? " => " : " -> "
		 : flow == FLOW_RETURN ? sys ? " <= " : " <- "
				       : "| ",
		 p->func, flow == FLOW_NONE ? ":" : "", flow == FLOW_NONE ? p->name : "");
	if (flow == FLOW_ENTRY)
		c->indent += 2;
	c->flow_probe = rec->hdr->probe + 1;
	c->flow_clause = rec->hdr->clause + 1;
	return c->opts.testing ? dt_out(c, "%-41s ", name)
			       : dt_out(c, "%3u %-41s ", rec->cpu, name);
}

static int print_header(struct dt_consumer *c)
{
	c->header_done = true;
	if (c->opts.flowindent)
		return c->opts.testing ? dt_out(c, "%-41s\n", "FUNCTION")
				       : dt_out(c, "%3s %-41s\n", "CPU", "FUNCTION");
	return c->opts.testing ? dt_out(c, "%32s\n", "FUNCTION:NAME")
			       : dt_out(c, "%3s %6s %32s\n", "CPU", "ID", "FUNCTION:NAME");
}

static int print_prefix(struct dt_consumer *c, const struct dt_record *rec)
{
	char name[512];
	int r;

	if (c->opts.quiet && !c->opts.flowindent)
		return 0;
	r = c->header_done ? 0 : print_header(c);
	if (r)
		return r;
	if (c->opts.flowindent)
		return flow_prefix(c, rec);
	snprintf(name, sizeof(name), "%s:%s", rec->probe->func, rec->probe->name);
	return c->opts.testing ? dt_out(c, "%32s ", name)
			       : dt_out(c, "%3u %6u %32s ", rec->cpu, rec->probe->id, name);
}

/* ------------------------------------------------------------------ records */

static const struct dt_clausedesc *clause_of(const struct dt_consumer *c, const void *data,
					     uint32_t size)
{
	const struct dt_rechdr *h = data;
	const struct dt_clausedesc *d;

	if (size < sizeof(*h) || h->clause >= c->m->nclauses)
		return NULL;
	d = c->m->clauses[h->clause];
	if (!d || size < d->size || (d->has_mask && size < sizeof(*h) + 8))
		return NULL;
	return d;
}

static uint64_t mask_of(const struct dt_clausedesc *d, const void *data)
{
	uint64_t mask = UINT64_MAX;

	if (d->has_mask)
		memcpy(&mask, (const unsigned char *)data + sizeof(struct dt_rechdr), 8);
	return mask;
}

static bool ran(const struct dt_clausedesc *d, uint64_t mask, const struct dt_recact *act)
{
	return !d->has_mask || (act->bit < 64 && (mask >> act->bit & 1));
}

bool dt_dispatch_uses_aggs(const struct dt_consumer *c, const void *data, uint32_t size)
{
	const struct dt_clausedesc *d = clause_of(c, data, size);
	uint64_t mask;

	if (!d)
		return false;
	mask = mask_of(d, data);
	for (uint32_t i = 0; i < d->acts.n; i++)
		if (ran(d, mask, &d->acts.v[i]) && d->acts.v[i].func->flags & DT_FF_AGGUSE)
			return true;
	return false;
}

/* Do all fields of an action lie in the record? */
static bool fields_fit(const struct dt_recact *act, uint32_t size)
{
	for (uint32_t i = 0; i < act->fields.n; i++)
		if (act->fields.v[i].off > size ||
		    act->fields.v[i].size > size - act->fields.v[i].off)
			return false;
	return true;
}

static int print_record(struct dt_consumer *c, struct dt_record *rec)
{
	const struct dt_clausedesc *d = rec->clause;
	uint64_t mask = mask_of(d, rec->data);
	int r = print_prefix(c, rec);

	for (uint32_t i = 0; i < d->acts.n && !r; i++) {
		rec->act = &d->acts.v[i];
		if (!ran(d, mask, rec->act) || !rec->act->func->print)
			continue;
		if (!fields_fit(rec->act, rec->size))
			r = dt_consume_bug(c, "%s: fields outside a record of %u bytes",
					   rec->act->func->name, rec->size);
		else
			r = rec->act->func->print(c, rec);
	}
	if (!r && (!c->opts.quiet || c->opts.flowindent))
		r = dt_out(c, "\n");
	return r;
}

int dt_dispatch(struct dt_consumer *c, uint32_t cpu, const void *data, uint32_t size)
{
	const struct dt_rechdr *h = data;
	struct dt_record rec = {.hdr = h, .data = data, .size = size, .cpu = cpu};
	struct dt_cpriv *p = c->priv;
	int r;

	c->received++;
	if (size >= sizeof(*h) && h->clause == DT_REC_ERROR)
		return dispatch_error(c, data, size);
	rec.clause = clause_of(c, data, size);
	if (!rec.clause)
		return dt_consume_bug(c, "record of %u bytes for clause %d on CPU %u", size,
				      size < sizeof(*h) ? -1 : (int)h->clause, cpu);
	if (h->probe >= c->m->nprobes || !c->m->probes[h->probe])
		return dt_consume_bug(c, "record for probe index %u on CPU %u", h->probe, cpu);
	rec.probe = c->m->probes[h->probe];
	p->rec = &rec;
	r = print_record(c, &rec);
	p->rec = NULL;
	return r;
}

/* ------------------------------------------------------------------ drops */

static const struct {
	const char *tag, *one, *many; /* after the number */
	bool per_cpu;
} drops[DT_DROP_COUNT] = {
	[DT_DROP_PRINCIPAL] = {"DTRACEDROP_PRINCIPAL", "drop", "drops", true},
	[DT_DROP_AGG] = {"DTRACEDROP_AGGREGATION", "aggregation drop", "aggregation drops", true},
	[DT_DROP_DYNVAR] = {"DTRACEDROP_DYNAMIC", "dynamic variable drop", "dynamic variable drops",
			    false},
	[DT_DROP_SCRATCH] = {"DTRACEDROP_SCRATCH", "scratch drop", "scratch drops", true},
	[DT_DROP_DBLERROR] = {"DTRACEDROP_DBLERROR", "error in ERROR probe enabling",
			      "errors in ERROR probe enabling", false},
	[DT_DROP_SPEC] = {"DTRACEDROP_SPEC", "speculative drop", "speculative drops", false},
	[DT_DROP_SPECBUSY] = {"DTRACEDROP_SPECBUSY",
			      "failed speculation (available buffer(s) still busy)",
			      "failed speculations (available buffer(s) still busy)", false},
	[DT_DROP_SPECUNAVAIL] = {"DTRACEDROP_SPECUNAVAIL",
				 "failed speculation (no speculative buffer available)",
				 "failed speculations (no speculative buffer available)", false},
	[DT_DROP_STKSTR] = {"DTRACEDROP_STKSTROVERFLOW", "jstack()/ustack() string table overflow",
			    "jstack()/ustack() string table overflows", false},
};

static int say_drop(struct dt_consumer *c, const char *tag, uint64_t n, const char *what, int cpu)
{
	char line[256], where[32] = "";

	if (cpu >= 0)
		snprintf(where, sizeof(where), " on CPU %d", cpu);
	snprintf(line, sizeof(line), "dtrace: %s%s%s%" PRIu64 " %s%s", c->opts.droptags ? "[" : "",
		 c->opts.droptags ? tag : "", c->opts.droptags ? "] " : "", n, what, where);
	return say(c, c->on_drop, line);
}

static int say_missed(struct dt_consumer *c, uint64_t *said, uint64_t now, const char *one,
		      const char *many)
{
	uint64_t n = now - *said;

	if (now <= *said)
		return 0;
	*said = now;
	return say_drop(c, "DTRACEDROP_MISSED", n, n == 1 ? one : many, -1);
}

int dt_say_overwritten(struct dt_consumer *c, uint64_t n, uint32_t cpu)
{
	c->overwritten += n;
	return say_drop(c, "DTRACEDROP_OVERWRITTEN", n,
			n == 1 ? "record overwritten" : "records overwritten", (int)cpu);
}

int dt_consumer_status(struct dt_consumer *c)
{
	struct dt_cpriv *p = c->priv;
	uint64_t missed = c->m->missed ? c->m->missed(c->m->arg) : 0;
	int64_t late = 0;
	int r = 0;

	for (unsigned k = 0; k < DT_DROP_COUNT && c->m->stats && !r; k++) {
		uint64_t sum = 0;

		for (uint32_t cpu = 0; cpu < c->m->ncpu && !r; cpu++) {
			uint64_t *seen = &p->seen[(size_t)cpu * DT_DROP_COUNT + k];
			uint64_t now =
				__atomic_load_n(&c->m->stats[cpu].drops[k], __ATOMIC_RELAXED);
			uint64_t n = now - *seen;

			*seen = now;
			sum += n;
			if (n && drops[k].per_cpu)
				r = say_drop(c, drops[k].tag, n,
					     n == 1 ? drops[k].one : drops[k].many, (int)cpu);
		}
		if (sum && !drops[k].per_cpu && !r)
			r = say_drop(c, drops[k].tag, sum, sum == 1 ? drops[k].one : drops[k].many,
				     -1);
	}
	if (!r)
		r = say_missed(c, &p->missed, missed, "missed firing (recursion)",
			       "missed firings (recursion)");
	for (uint32_t cpu = 0; cpu < c->m->ncpu && c->m->stats; cpu++)
		late += __atomic_load_n(&c->m->stats[cpu].missed, __ATOMIC_RELAXED);
	if (!r && late > 0)
		r = say_missed(c, &p->late, (uint64_t)late, "missed sample", "missed samples");
	return r;
}

bool dt_consumer_balanced(struct dt_consumer *c, char *why, size_t len)
{
	const struct dt_cpriv *p = c->priv;
	uint64_t emitted = 0;

	for (uint32_t cpu = 0; cpu < c->m->ncpu && c->m->stats; cpu++)
		emitted += __atomic_load_n(&c->m->stats[cpu].emitted, __ATOMIC_RELAXED);
	if (emitted == c->received + c->overwritten && !p->bad)
		return true;
	snprintf(why, len,
		 "%" PRIu64 " records emitted, %" PRIu64 " received, %" PRIu64
		 " of them bad, %" PRIu64 " overwritten",
		 emitted, c->received, p->bad, c->overwritten);
	return false;
}
