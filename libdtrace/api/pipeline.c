/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole path from D text to running programs: three lists of calls, in order. A reader goes
 * down the page, never back. What each step requires and provides is in its header.
 *
 *	dt_compile   text -> tokens -> tree -> checked tree	once a program
 *	dt_generate  all clauses -> plan -> IR -> instructions	once
 *	dt_enable    maps, buffers, loading, attaching		once
 *	dt_begin     BEGIN; after its records are out,		once
 *	dt_activate  everything else may fire			once
 */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include "api/internal.h"
#include "bpf/kernel.h"
#include "sema/stability.h"

#define BUFSIZE_MIN 4096
#define BUFSIZE_MAX (1ll << 30)

static bool dumping(const dtrace_hdl_t *h, enum dt_dump what)
{
	return h->opt[OPT_DUMP] & what;
}

/* The dumps are all that is wanted, and this was the last of them. */
static bool dumped_all(const dtrace_hdl_t *h, enum dt_dump upto)
{
	return h->dump_only && h->opt[OPT_DUMP] && h->opt[OPT_DUMP] < 2 * (int64_t)upto;
}

/* ------------------------------------------------------------------ compile */

/* MAC-15: an argument that no token named. */
static void check_args_used(dtrace_hdl_t *h, const struct dt_macros *m)
{
	for (int i = 0; i < m->argc && !dt_optbool(h, OPT_ARGREF); i++)
		if (!m->used[i]) { /* the first will do: after it, what is wanted is unclear */
			dt_error(&h->diags, (struct dt_span){0}, D_MACRO_UNUSED,
				 "extraneous argument '%s' ($%d is not referenced)", m->argv[i],
				 i + 1);
			return;
		}
}

/* STB-03: option amin. */
static void check_amin(dtrace_hdl_t *h, const struct dtrace_prog *pg)
{
	int64_t v = h->opt[OPT_AMIN];
	struct dt_stability min = {(uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v}, s;

	for (uint32_t i = pg->first; v >= 0 && i < pg->end; i++) {
		const struct dt_clause *c = h->sema.clauses.v[i];

		s = dt_stability_min(dt_stability_descs(c), dt_stability_stmts(c));
		if (dt_stability_less(s, min))
			dt_error(&h->diags, c->span, D_ATTR_MIN,
				 "attributes of this clause (%s) are less than the predefined "
				 "minimum (%s)",
				 dt_stability_str(h->arena, s), dt_stability_str(h->arena, min));
	}
}

/* A program or an archive passed by mistake gets one message, not one for each byte. */
static bool is_text(dtrace_hdl_t *h, const struct dt_source *src)
{
	const char *nul = memchr(src->text, '\0', src->len);

	if (!nul)
		return true;
	dt_error(&h->diags, (struct dt_span){src->id, (uint32_t)(nul - src->text), 1}, D_SYNTAX,
		 "syntax error: this is not text: it holds a byte of zero");
	return false;
}

int dt_compile(dtrace_hdl_t *h, struct dtrace_prog *pg, struct dt_source *src,
	       const struct dt_parse_opts *po)
{
	bool ok;

	if (!is_text(h, src))
		return dt_fail(h, EDT_COMPILER, NULL);
	if (dt_libraries_for(h, src, po->macros.argc, po->macros.argv))
		return -1;
	if (dumping(h, DUMP_TOK))
		dt_tok_dump(&h->diags, src, po, stdout);
	if (dumped_all(h, DUMP_TOK))
		return dt_failed(&h->diags) ? dt_fail(h, EDT_COMPILER, NULL) : 0;
	pg->tree = dt_parse(&h->diags, src, po);
	dt_options_to_sema(h); /* pragmas may have set some */
	if (dumping(h, DUMP_AST) || (h->opt[OPT_TREE] & 7))
		dt_ast_dump(pg->tree, false, stdout);
	if (dt_failed(&h->diags))
		return dt_fail(h, EDT_COMPILER, NULL);
	if (dumped_all(h, DUMP_AST))
		return 0;
	pg->first = h->sema.clauses.n;
	ok = dt_sema_program(&h->sema, pg->tree);
	pg->end = h->sema.clauses.n;
	if (dumping(h, DUMP_TYPED) || (h->opt[OPT_TREE] & 8))
		dt_ast_dump(pg->tree, true, stdout);
	if (ok && !pg->tree->tops.n && !dt_optbool(h, OPT_EMPTY))
		dt_error(&h->diags, (struct dt_span){.src = src->id}, D_EMPTY,
			 "empty D program translation unit");
	if (ok) {
		check_args_used(h, &po->macros);
		check_amin(h, pg);
	}
	if (!ok || dt_failed(&h->diags))
		return dt_fail(h, EDT_COMPILER, NULL);
	dt_debug(h, "checked: clauses %u to %u", pg->first, pg->end);
	return 0;
}

int dt_compile_library(dtrace_hdl_t *h, struct dt_source *src, const struct dt_parse_opts *po,
		       bool lazy)
{
	const char *region = h->diags.region;
	struct dt_program *tree;
	bool ok;

	if (!is_text(h, src))
		return dt_fail(h, EDT_COMPILER, NULL);
	tree = dt_parse(&h->diags, src, po);
	dt_options_to_sema(h);
	for (uint32_t i = 0; i < tree->tops.n; i++)
		if (tree->tops.v[i].kind == TOP_CLAUSE)
			dt_error(&h->diags, tree->tops.v[i].clause->span, D_SYNTAX,
				 "syntax error: a library is declarations: clauses in it would "
				 "never be enabled");
	ok = !dt_failed(&h->diags) && dt_sema_library(&h->sema, tree, lazy);
	h->diags.region = region;
	return ok ? 0 : dt_fail(h, EDT_COMPILER, NULL);
}

/* ------------------------------------------------------------------ generate */

static void dump_maps(const struct ir_module *m, FILE *out)
{
	fprintf(out, "%4s %-16s %5s %8s %10s %10s %6s\n", "map", "name", "type", "key", "value",
		"entries", "flags");
	for (uint32_t i = 0; i < m->maps.n; i++) {
		const struct dt_mapdef *d = m->maps.v[i];

		fprintf(out, "%4u %-16s %5u %8u %10u %10u %#6x%s%s%s%s%s\n", i, d->name, d->type,
			d->key_size, d->value_size, d->max_entries, d->flags,
			d->ncpu_entries ? " entries*ncpu" : "", d->ncpu_value ? " value*ncpu" : "",
			d->frozen ? " frozen" : "", d->mmapped ? " mmapped" : "",
			d->inner ? " inner:" : "");
		if (d->inner)
			fprintf(out, "%4s  %-15s %5u %8u %10u %10u %#6x\n", "", d->inner->name,
				d->inner->type, d->inner->key_size, d->inner->value_size,
				d->inner->max_entries, d->inner->flags);
	}
}

static int optimise(dtrace_hdl_t *h, struct ir_module *mod)
{
	const char *why;

	for (struct ir_func *f = mod->first; f; f = f->next) {
		if (!ir_verify(f, &why))
			return dt_fail(h, EDT_COMPILER, "internal error: code of %s: %s", f->name,
				       why);
		ir_optimise(f);
		if (!ir_verify(f, &why))
			return dt_fail(h, EDT_COMPILER, "internal error: optimised code of %s: %s",
				       f->name, why);
	}
	return 0;
}

static int link_all(dtrace_hdl_t *h, struct ir_module *mod)
{
	for (struct ir_func *f = mod->first; f; f = f->next) {
		if (dumping(h, DUMP_ALLOC))
			dt_codegen(f, &h->features, stdout);
		if (!f->is_entry)
			continue;
		f->image = dt_link(f, &h->features);
		if (!f->image)
			return dt_failed(&h->diags)
				       ? dt_fail(h, EDT_COMPILER, NULL)
				       : dt_fail(h, EDT_COMPILER,
						 "internal error: %s cannot be linked", f->name);
		if (dumping(h, DUMP_BPF))
			dt_disasm(f, f->image, stdout);
		if (dt_optbool(h, OPT_VERBOSE))
			dt_disasm(f, f->image, stderr);
	}
	return 0;
}

static struct ir_func *find_func(const struct ir_module *mod, const struct dt_plan_prog *pg)
{
	for (struct ir_func *f = pg ? mod->first : NULL; f; f = f->next)
		if (f->is_entry && f->probes.n && f->probes.v[0] == pg->probes.v[0].probe)
			return f;
	return NULL;
}

/*
 * What all CPUs' buffers take together must leave the machine half of its memory (bufresize=manual:
 * then the size is taken as it is, and tracing may fail). Who asked sees what became of it by
 * reading the option back.
 */
static int limit_sizes(dtrace_hdl_t *h)
{
	int64_t half = (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE) / 2;
	int64_t *size = &h->opt[OPT_BUFSIZE], most = BUFSIZE_MAX;

	if (h->opt[OPT_BUFRESIZE] == 1 && *size > most)
		return dt_fail(h, ENOMEM, "a buffer can have at most %lld bytes", (long long)most);
	if (h->opt[OPT_BUFRESIZE] == 1)
		return 0;
	while (most > BUFSIZE_MIN && most > half / (int64_t)dt_ncpu_possible())
		most /= 2;
	if (*size > most)
		*size = most;
	return 0;
}

static void dispatch(const char *event, struct dt_extent out[2])
{
	char gathers[128], calls[128];
	const char *const names[] = {gathers, calls};

	snprintf(gathers, sizeof(gathers), "__bpf_trace_%s", event);
	snprintf(calls, sizeof(calls), "__traceiter_%s", event);
	dt_kallsyms_extents(names, out, 2);
}

int dt_generate(dtrace_hdl_t *h)
{
	struct ir_module *mod;

	if (h->plan || dumped_all(h, DUMP_TYPED))
		return 0;
	if (!h->enabled.n)
		return dt_fail(h, EDT_ENABLING, "no probes specified");
	if (!dt_sema_finish(&h->sema) || dt_failed(&h->diags))
		return dt_fail(h, EDT_COMPILER, NULL);

	h->plan = dt_plan_make(h->arena, &h->registry, h->enabled.v, h->enabled.n);
	if (!h->plan)
		return dt_fail(h, EDT_ENABLING, "%s",
			       h->registry.error ? h->registry.error : "no plan");

	if (limit_sizes(h))
		return -1;
	h->lopts = (struct dt_lower_opts){
		.bufsize = (uint64_t)h->opt[OPT_BUFSIZE],
		.aggsize = (uint64_t)h->opt[OPT_AGGSIZE],
		.dynvarsize = (uint64_t)h->opt[OPT_DYNVARSIZE],
		.strsize = (uint32_t)h->opt[OPT_STRSIZE],
		.scratchsize = (uint32_t)h->opt[OPT_SCRATCHSIZE],
		.perf_sink = h->opt[OPT_SINK] == 1 || h->opt[OPT_BUFPOLICY] == POLICY_RING,
		.held = h->opt[OPT_BUFPOLICY] != POLICY_SWITCH,
		.fill = h->opt[OPT_BUFPOLICY] == POLICY_FILL,
		.wake_each = h->opt[OPT_SWITCHRATE] == 0,
		.ncpu = dt_ncpu_possible(),
		.dispatch = dispatch,
	};
	h->lower = dt_lower(h->arena, &h->sema, h->plan, &h->features, &h->lopts);
	if (!h->lower || dt_failed(&h->diags))
		return dt_fail(h, EDT_COMPILER, NULL);
	mod = h->lower->mod;

	if (optimise(h, mod))
		return -1;
	if (dumping(h, DUMP_IR))
		ir_print_module(mod, stdout);
	if (dumping(h, DUMP_MAPS))
		dump_maps(mod, stdout);
	if (link_all(h, mod))
		return -1;
	h->fn_begin = find_func(mod, h->plan->begin);
	h->fn_end = find_func(mod, h->plan->end);
	dt_debug(h, "generated");
	return 0;
}

int dtrace_generate(dtrace_hdl_t *h)
{
	return dt_generate(h);
}

unsigned dtrace_slow_probes(dtrace_hdl_t *h)
{
	return h->plan ? h->plan->events : 0;
}

/* ------------------------------------------------------------------ enable */

/* Waiting takes the kernel ten milliseconds and more: not if there is nothing to wait for. */
static int grace(void *arg)
{
	dtrace_hdl_t *h = arg;

	return h->activated && !h->quiet ? dt_grace_period(&h->kernel) : 0;
}

static uint64_t missed(void *arg)
{
	return dt_recursion_misses(&((dtrace_hdl_t *)arg)->kernel);
}

/*
 * A half of a keyed aggregation becomes larger, unless bufresize=manual says that sizes are to
 * stay; all halves of all of them together may take an eighth of the machine's memory.
 */
static int grow(void *arg, struct dt_mapdef *m, uint32_t half, uint32_t entries)
{
	dtrace_hdl_t *h = arg;
	uint64_t all = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE), most;
	uint64_t bytes = (uint64_t)entries * (m->inner->key_size + m->inner->value_size + 64);

	most = all / 8 / 2 / (h->manifest.naggs ? h->manifest.naggs : 1);
	if (h->opt[OPT_BUFRESIZE] == 1 || h->quiet || bytes > most)
		return -E2BIG;
	return dt_map_replace(&h->kernel, m, half, entries);
}

static int on_error(void *arg, const char *line)
{
	dtrace_hdl_t *h = arg;

	return h->on_err(h->err_arg, line);
}

static int on_drop(void *arg, const char *line)
{
	dtrace_hdl_t *h = arg;

	return h->on_drop(h->drop_arg, line);
}

static int on_buffered(void *arg, const char *text, const struct dt_record *r)
{
	dtrace_hdl_t *h = arg;

	(void)r;
	return h->on_buffered(h->buffered_arg, text);
}

static void make_manifest(dtrace_hdl_t *h)
{
	struct dt_lower_ctx *cx = h->lower;
	struct dt_manifest *m = &h->manifest;

	*m = (struct dt_manifest){
		.clauses = cx->descs.v,
		.nclauses = cx->descs.n,
		.probes = h->plan->probes.v,
		.nprobes = h->plan->probes.n,
		.aggs = cx->aggs.v,
		.naggs = cx->aggs.n,
		.state = cx->m_state->mem,
		.stats = cx->m_stats->mem,
		.ncpu = h->lopts.ncpu,
		.m_rings = cx->m_rings,
		.m_ring = cx->m_ring,
		.ring_cpu = h->own_cpu,
		.m_perf = cx->m_perf,
		.m_aggs = cx->m_aggs,
		.maps = cx->mod->maps.v,
		.perf_sink = h->lopts.perf_sink,
		.held = h->lopts.held,
		.overwrite = h->opt[OPT_BUFPOLICY] == POLICY_RING,
		.bufsize = h->lopts.bufsize,
		.grace = grace,
		.missed = missed,
		.grow = grow,
		.arg = h,
	};
	m->strtab = dt_strtab_data(cx->strtab, &m->strtab_size);
	h->state = m->state;
}

/* walltimestamp is the monotonic clock plus this. */
static void set_wall_offset(struct dt_state *st)
{
	struct timespec w, m;
	int64_t off;

	clock_gettime(CLOCK_MONOTONIC, &m);
	clock_gettime(CLOCK_REALTIME, &w);
	off = (w.tv_sec - m.tv_sec) * 1000000000ll + (w.tv_nsec - m.tv_nsec);
	__atomic_store_n(&st->wall_offset, off, __ATOMIC_RELAXED);
}

static void init_state(dtrace_hdl_t *h)
{
	struct dt_state *st = h->state;

	st->consumer_pid = (uint32_t)getpid();
	st->wakeup_bytes = (uint32_t)(h->lopts.bufsize / 4);
	st->rand_state = dt_now() * 0x9e3779b97f4a7c15ull | 1;
	set_wall_offset(st);
}

void dt_refresh_walltime(dtrace_hdl_t *h)
{
	set_wall_offset(h->state);
}

/* EPERM and EACCES come with what privilege is missing: all else says what was refused. */
static int kernel_failed(dtrace_hdl_t *h, int rc)
{
	if (dt_failed(&h->diags))
		return dt_fail(h, EDT_COMPILER, NULL);
	return dt_fail_errno(h, rc, h->kernel.error);
}

/*
 * The maps, and the buffers. There is no telling beforehand how much memory the kernel grants, so
 * with bufresize=auto the principal buffers are halved until they fit.
 */
static int open_buffers(dtrace_hdl_t *h)
{
	struct ir_module *mod = h->lower->mod;
	struct dt_mapdef *ring = h->lower->m_ring; /* all are as this one */
	bool manual = h->opt[OPT_BUFRESIZE] == 1;
	int rc;

	for (;;) {
		rc = dt_kernel_open(&h->kernel, mod, &h->features);
		if (!rc) {
			make_manifest(h);
			init_state(h);
			rc = dt_consumer_open(&h->consumer, h->arena, &h->manifest, NULL);
			if (!rc)
				return 0;
			h->kernel.error =
				dt_asprintf(h->arena, "cannot open the buffers: %s",
					    rc == -ENOMEM || rc == -EPERM ? "not enough memory"
									  : strerror(-rc));
		}
		if (rc != -ENOMEM || manual || h->lopts.bufsize < 2 * BUFSIZE_MIN)
			return rc;
		dt_maps_close(mod);
		h->state = NULL;
		h->lopts.bufsize /= 2;
		h->opt[OPT_BUFSIZE] = (int64_t)h->lopts.bufsize;
		if (ring && ring->max_entries > h->lopts.bufsize)
			ring->max_entries /= 2;
	}
}

/*
 * Where BEGIN and END will run: here. Decided as late as can be: having to go back to a busy CPU
 * for BEGIN would cost more than everything else.
 */
static void choose_cpu(dtrace_hdl_t *h)
{
	int cpu = h->registry.cpu >= 0 ? h->registry.cpu : sched_getcpu();

	h->own_cpu = cpu < 0 || (uint32_t)cpu >= h->lopts.ncpu ? 0 : (uint32_t)cpu;
	if (h->lower->m_rings)
		h->lower->m_rings->inner_elem = h->own_cpu;
}

int dt_enable(dtrace_hdl_t *h)
{
	struct ir_module *mod = h->lower->mod;
	int rc;

	choose_cpu(h);
	h->kernel.bpflog = h->opt[OPT_BPFLOG] == 1;
	h->kernel.registry = &h->registry;
	h->kernel_open = true;
	rc = open_buffers(h);
	if (rc)
		return kernel_failed(h, rc);
	h->consumer_open = true;
	dt_options_to_consumer(h);
	h->consumer.handler_arg = h;
	h->consumer.on_error = h->on_err ? on_error : NULL;
	h->consumer.on_drop = h->on_drop ? on_drop : NULL;
	h->consumer.on_buffered = h->on_buffered ? on_buffered : NULL;
	for (struct dtrace_proc *p = h->procs; p; p = p->next)
		if (h->opt[OPT_EVALTIME] >= 0 && h->registry.settle(&h->registry, p->pid))
			return dt_fail(h, EDT_PROC, "%s", h->registry.error);
	for (struct dtrace_proc *p = h->procs; p; p = p->next)
		dt_sym_pin(&h->consumer, (uint32_t)p->pid);

	for (struct ir_func *f = mod->first; f; f = f->next)
		if (f->is_entry && (rc = dt_load(&h->kernel, f)))
			return kernel_failed(h, rc);
	dt_debug(h, "loaded");
	/* The state word says LOADING: what is attached returns at once. */
	for (struct ir_func *f = mod->first; f; f = f->next)
		if (f->is_entry && (rc = dt_attach(&h->kernel, f, (int)h->registry.cpu)))
			return kernel_failed(h, rc);
	if (!dt_plan_alive(&h->registry, h->enabled.v, h->enabled.n))
		return dt_fail(h, EDT_ENABLING, "%s", h->registry.error);
	dt_debug(h, "attached");
	return 0;
}

/* ------------------------------------------------------------------ start
 *
 * BEGIN runs while the state word is LOADING, and its records are drained before anything else may
 * make some: that is why they come first. If BEGIN calls exit(), the state is STOPPED, and stays
 * so.
 */

int dt_begin(dtrace_hdl_t *h)
{
	if (h->fn_begin && dt_testrun(&h->kernel, h->fn_begin, h->own_cpu))
		return dt_fail(h, EDT_BPF, "%s", h->kernel.error);
	return 0;
}

void dt_activate(dtrace_hdl_t *h)
{
	uint32_t loading = DT_LOADING;

	h->activated = __atomic_compare_exchange_n(&h->state->state, &loading, DT_ACTIVE, false,
						   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	for (struct dtrace_proc *p = h->procs; p && h->activated; p = p->next)
		dt_proc_continue(p->p);
}
