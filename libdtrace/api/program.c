/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs: text in, clauses out; and questions about probes. One handle may compile several (a
 * command line is several), which share names, types and probes; what is enabled is all of them in
 * order.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include "api/internal.h"
#include "sema/stability.h"

/* ------------------------------------------------------------------ what the parser asks */

static bool ask_is_type(void *ctx, const char *module, const char *name)
{
	dtrace_hdl_t *h = ctx;

	return dt_sema_is_type(&h->sema, module, name);
}

static const char *ask_set_option(void *ctx, const char *name, const char *value)
{
	dtrace_hdl_t *h = ctx;
	const char *text;
	int err;

	text = dt_option_set(h, name, value, &err);
	if (h->po)
		h->po->defaultargs = dt_optbool(h, OPT_DEFAULTARGS);
	return text;
}

bool dt_is_here(dtrace_hdl_t *h, const char *kind, const char *name)
{
	if (!strcmp(kind, "provider")) {
		for (int i = 0; dt_providers[i]; i++)
			if (!strcmp(dt_providers[i]->name, name))
				return true;
		return false;
	}
	if (!strcmp(name, "vmlinux"))
		return true;
	return !strchr(name, '/') && !access(dt_asprintf(h->arena, "/sys/module/%s", name), F_OK);
}

/* A library is only for libraries to depend on: a program has them all. */
static int ask_depends_on(void *ctx, const char *kind, const char *name)
{
	return strcmp(kind, "library") && dt_is_here(ctx, kind, name) ? 0 : -1;
}

static uint64_t ask_symbol(void *ctx, const char *module, const char *name)
{
	(void)ctx;
	return dt_kallsyms_address(module, name);
}

/* The state of checking, made when the first program is compiled. */
static void sema_begin(dtrace_hdl_t *h)
{
	/* with a file of types of one's own, this kernel's modules would not fit */
	struct dt_btf_opts btf = {.vmlinux = h->optstr[OPT_BTFPATH],
				  .modules = !h->optstr[OPT_BTFPATH]};

	if (!h->sema_ready) {
		dt_types_init(&h->types, h->arena, (uint32_t)h->opt[OPT_STRSIZE], &btf);
		h->registry.types = &h->types;
		dt_sema_init(&h->sema, h->arena, &h->diags, &h->types, &h->registry);
		h->sema.symbol = ask_symbol;
		h->sema.symbol_ctx = h;
		h->sema_ready = true;
	}
}

struct dt_parse_opts *dt_parse_opts_new(dtrace_hdl_t *h, dtrace_probespec_t spec, int argc,
					char *const argv[])
{
	static const enum dt_pdesc_kind kinds[] = {[DTRACE_PROBESPEC_PROVIDER] = DT_PD_PROV,
						   [DTRACE_PROBESPEC_MOD] = DT_PD_MOD,
						   [DTRACE_PROBESPEC_FUNC] = DT_PD_FUNC,
						   [DTRACE_PROBESPEC_NAME] = DT_PD_NAME,
						   [DTRACE_PROBESPEC_ID] = DT_PD_ID};
	struct dt_parse_opts *po = DT_NEW(h->arena, struct dt_parse_opts);

	*po = (struct dt_parse_opts){
		.rightmost = kinds[spec],
		.pspec = dt_optbool(h, OPT_PSPEC),
		.defaultargs = dt_optbool(h, OPT_DEFAULTARGS),
		.macros = h->macros,
		.is_type = ask_is_type,
		.set_option = ask_set_option,
		.depends_on = ask_depends_on,
		.ctx = h,
	};
	po->macros.arg0 = argc > 0 ? argv[0] : "";
	po->macros.argc = argc > 0 ? argc - 1 : 0;
	po->macros.argv = argc > 0 ? argv + 1 : NULL;
	po->macros.used = DT_NEW_N(h->arena, bool, po->macros.argc + 1);
	h->sema.macros = &po->macros;
	h->po = po;
	dt_options_to_sema(h);
	return po;
}

/* What comes before every program. NULL if the libraries are not in order. */
static struct dt_parse_opts *begin(dtrace_hdl_t *h, dtrace_probespec_t spec, unsigned cflags,
				   int argc, char *const argv[])
{
	sema_begin(h);
	if (dt_libraries_load(h))
		return NULL;
	if (cflags & DTRACE_C_ZDEFS)
		h->opt[OPT_ZDEFS] = 1;
	h->dump_only = cflags & DTRACE_C_DUMP;
	if (cflags & DTRACE_C_EMPTY)
		h->opt[OPT_EMPTY] = 1;
	return dt_parse_opts_new(h, spec, argc, argv);
}

/* ------------------------------------------------------------------ compiling */

static dtrace_prog_t *compile(dtrace_hdl_t *h, struct dt_source *src,
			      const struct dt_parse_opts *po)
{
	struct dtrace_prog *pg = DT_NEW(h->arena, struct dtrace_prog);

	if (dt_compile(h, pg, src, po))
		return NULL;
	*h->progs_end = pg;
	h->progs_end = &pg->next;
	return pg;
}

static bool no_more_programs(dtrace_hdl_t *h)
{
	if (h->phase == PH_COMPILE && !h->plan)
		return false;
	dt_fail(h, EDT_ACTIVE, NULL);
	return true;
}

dtrace_prog_t *dtrace_program_strcompile(dtrace_hdl_t *h, const char *text, dtrace_probespec_t spec,
					 unsigned cflags, int argc, char *const argv[])
{
	struct dt_parse_opts *po;
	struct dt_source *src;

	if (no_more_programs(h))
		return NULL;
	po = begin(h, spec, cflags, argc, argv);
	if (!po)
		return NULL;
	po->pspec = po->cmdline = true;
	src = dt_source_add(&h->diags, DT_SRC_SPEC, text, text, strlen(text));
	if (!src) {
		dt_fail(h, EDT_COMPILER, NULL);
		return NULL;
	}
	return compile(h, src, po);
}

/* One byte more than the limit is read, so that excess shows. */
int dt_slurp(FILE *fp, char **text, size_t *len)
{
	size_t cap = 0;

	*text = NULL;
	*len = 0;
	while (!feof(fp) && *len <= DT_SOURCE_MAX) {
		if (*len == cap) {
			char *p = realloc(*text, cap = cap ? 2 * cap : 16384);

			if (!p) {
				free(*text);
				return -ENOMEM;
			}
			*text = p;
		}
		*len += fread(*text + *len, 1, cap - *len, fp);
		if (ferror(fp)) {
			int err = errno ? -errno : -EIO;

			free(*text);
			return err;
		}
	}
	return 0;
}

/* -C: through the preprocessor. */
static int preprocess(dtrace_hdl_t *h, const char *name, char **text, size_t *len)
{
	struct dt_cpp_opts co = {.path = h->optstr[OPT_CPPPATH], .stdc = (char)h->opt[OPT_STDC]};
	char *why = NULL;
	int rc;

	for (uint32_t i = 0; i < h->cppargs.n; i++)
		dt_vec_push(h->arena, &co.args, h->cppargs.v[i]);
	rc = dt_cpp(&co, strcmp(name, "-") ? name : "/dev/stdin", text, len, &why);
	if (rc)
		dt_fail(h, EDT_CPPERR, "failed to compile script %s: %s", name,
			why ? why : strerror(-rc));
	free(why);
	return rc;
}

dtrace_prog_t *dtrace_program_fcompile(dtrace_hdl_t *h, FILE *fp, const char *name, unsigned cflags,
				       int argc, char *const argv[])
{
	struct dt_parse_opts *po;
	struct dt_source *src;
	char *text;
	size_t len;
	int rc;

	if (no_more_programs(h))
		return NULL;
	if ((cflags & DTRACE_C_CPP) || dt_optbool(h, OPT_CPP)) {
		if (preprocess(h, name, &text, &len))
			return NULL;
	} else if ((rc = dt_slurp(fp, &text, &len))) {
		dt_fail(h, -rc, "failed to read script %s: %s", name, strerror(-rc));
		return NULL;
	}
	po = begin(h, DTRACE_PROBESPEC_NAME, cflags, argc, argv);
	if (!po) {
		free(text);
		return NULL;
	}
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) /* some editors' mark of UTF-8 */
		memmove(text, text + 3, len -= 3);
	src = dt_source_add(&h->diags, DT_SRC_SCRIPT, name, text ? text : "", len);
	free(text);
	if (!src) {
		dt_fail(h, EDT_COMPILER, NULL);
		return NULL;
	}
	return compile(h, src, po);
}

void dtrace_program_info(dtrace_hdl_t *h, dtrace_prog_t *p, dtrace_proginfo_t *info)
{
	*info = (dtrace_proginfo_t){.clauses = p->end - p->first};
	for (uint32_t i = p->first; i < p->end; i++)
		info->probes += h->sema.clauses.v[i]->probes.n;
}

int dtrace_program_exec(dtrace_hdl_t *h, dtrace_prog_t *p, dtrace_proginfo_t *info)
{
	if (no_more_programs(h))
		return -1;
	if (info)
		dtrace_program_info(h, p, info);
	for (uint32_t i = p->first; i < p->end; i++) {
		struct dt_clause *c = h->sema.clauses.v[i];

		if (c->info && c->info->destructive && !dt_optbool(h, OPT_DESTRUCTIVE))
			return dt_fail(h, EDT_DESTRUCTIVE, NULL);
		dt_vec_push(h->arena, &h->enabled, c);
	}
	return 0;
}

unsigned dtrace_skipped(dtrace_hdl_t *h, FILE *out)
{
	for (uint32_t i = 0; out && i < h->registry.skipped.n; i++) {
		const struct dt_skip *s = &h->registry.skipped.v[i];

		fprintf(out, "dtrace: %s:%s:%s:%s is left out: %s\n", s->probe->prov, s->probe->mod,
			s->probe->func, s->probe->name, s->why);
	}
	return h->registry.skipped.n;
}

/* ------------------------------------------------------------------ stability (STB-02) */

static void print_stability(FILE *out, const char *title, struct dt_stability s)
{
	fprintf(out, "\n\t%s\n", title);
	fprintf(out, "\t\tIdentifier Names: %s\n", dt_stab_level_name(s.name));
	fprintf(out, "\t\tData Semantics:   %s\n", dt_stab_level_name(s.data));
	fprintf(out, "\t\tDependency Class: %s\n", dt_stab_class_name(s.cls));
}

void dtrace_program_stability(dtrace_hdl_t *h, dtrace_prog_t *p, FILE *out)
{
	struct dt_stability descs = {STB_STABLE, STB_STABLE, CLS_COMMON}, stmts = descs;

	for (uint32_t i = p->first; i < p->end; i++) {
		const struct dt_clause *c = h->sema.clauses.v[i];

		descs = dt_stability_min(descs, dt_stability_descs(c));
		stmts = dt_stability_min(stmts, dt_stability_stmts(c));
	}
	print_stability(out, "Minimum Probe Description Attributes", descs);
	print_stability(out, "Minimum Statement Attributes", stmts);
	fprintf(out, "\n");
}

/* ------------------------------------------------------------------ listing */

struct iter {
	dtrace_hdl_t *h;
	dtrace_probe_f *f;
	void *arg;
	int rc;
};

static int iter_one(void *arg, struct dt_probe *pr)
{
	struct iter *it = arg;
	dtrace_probedesc_t pd = {
		.id = pr->id, .prov = pr->prov, .mod = pr->mod, .func = pr->func, .name = pr->name};

	it->rc = it->f(it->h, &pd, it->arg);
	return it->rc;
}

static int iterate(dtrace_hdl_t *h, const struct dt_pdesc *d, dtrace_probe_f *f, void *arg)
{
	struct iter it = {.h = h, .f = f, .arg = arg};
	int n = dt_registry_match(&h->registry, d->prov, d->mod, d->func, d->name, d->id, true,
				  iter_one, &it);

	if (n < 0)
		return dt_fail_errno(h, n, h->registry.error);
	if (n)
		return n;
	if (d->id)
		return dt_fail(h, EDT_NOPROBE,
			       "failed to match probe %u: No probe matches description", d->id);
	return dt_fail(h, EDT_NOPROBE, "failed to match %s:%s:%s:%s: No probe matches description",
		       d->prov, d->mod, d->func, d->name);
}

int dtrace_probe_iter(dtrace_hdl_t *h, const char *spec, dtrace_probespec_t kind, int argc,
		      char *const argv[], dtrace_probe_f *f, void *arg)
{
	struct dt_pdesc d = {.prov = "", .mod = "", .func = "", .name = ""};
	struct dt_parse_opts *po;
	struct dt_source *src;

	sema_begin(h); /* no library has anything to say about a description */
	if (!spec)
		return iterate(h, &d, f, arg);
	po = dt_parse_opts_new(h, kind, argc, argv);
	h->dump_only = false;
	po->pspec = po->cmdline = true;
	src = dt_source_add(&h->diags, DT_SRC_SPEC, spec, spec, strlen(spec));
	if (!src || !dt_parse_pdesc(&h->diags, src, po, &d))
		return dt_fail(h, EDT_COMPILER, NULL);
	return iterate(h, &d, f, arg);
}

int dtrace_program_probes(dtrace_hdl_t *h, dtrace_prog_t *p, dtrace_probe_f *f, void *arg)
{
	int total = 0;

	for (uint32_t i = p->first; i < p->end; i++) {
		const struct dt_clause *c = h->sema.clauses.v[i];

		for (uint32_t k = 0; k < c->descs.n; k++) {
			int n = iterate(h, &c->descs.v[k], f, arg);

			if (n < 0)
				return n;
			total += n;
		}
	}
	return total;
}

static int keep_probe(void *arg, struct dt_probe *pr)
{
	*(struct dt_probe **)arg = pr;
	return 1;
}

int dtrace_probe_info(dtrace_hdl_t *h, const dtrace_probedesc_t *pd, FILE *out)
{
	struct dt_argdesc args[32];
	struct dt_probe *pr = NULL;
	int n;

	sema_begin(h);
	if (dt_libraries_load(h)) /* they have the types of arguments */
		return -1;
	n = dt_registry_match(&h->registry, "", "", "", "", pd->id, true, keep_probe, &pr);
	if (n < 0)
		return dt_fail_errno(h, n, h->registry.error);
	if (!pr)
		return dt_fail(h, EDT_NOPROBE, NULL);
	print_stability(out, "Probe Description Attributes", dt_stability_probe(pr));
	print_stability(out, "Argument Attributes", pr->provider->stability.args);
	fprintf(out, "\n\tArgument Types\n");
	n = dt_sema_probe_args(&h->sema, pr, args, 32);
	if (n < 0)
		return dt_fail_errno(h, n, h->registry.error);
	for (int i = 0; i < n; i++)
		fprintf(out, "\t\targs[%d]: %s\n", i, dt_type_str(h->arena, args[i].type));
	if (!n)
		fprintf(out, "\t\tNone\n");
	fprintf(out, "\n");
	return 0;
}
