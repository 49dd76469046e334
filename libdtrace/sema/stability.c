/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The least of many attributes, by walking a clause. Constants, D's variables and most built-ins
 * are Stable/Stable/Common; args[] is as stable as its provider says; whatever is the kernel's own
 * (its symbols, the members of its types) is Private/Private/Unknown.
 */
#include <strings.h>
#include "probe/match.h"
#include "sema/sema.h"
#include "sema/stability.h"

static const char *const levels[] = {"Internal", "Private",  "Obsolete", "External",
				     "Unstable", "Evolving", "Stable",   "Standard"};
static const char *const classes[] = {"Unknown", "CPU", "Platform", "Group", "ISA", "Common"};

static const struct dt_stability best = {STB_STABLE, STB_STABLE, CLS_COMMON};
static const struct dt_stability kernel = {STB_PRIVATE, STB_PRIVATE, CLS_UNKNOWN};

const char *dt_stab_level_name(unsigned level)
{
	return levels[level];
}

const char *dt_stab_class_name(unsigned cls)
{
	return classes[cls];
}

/* One part, up to '/' or the end; moves *s behind it. */
static bool parse_part(const char **s, const char *const *names, unsigned n, uint8_t *out)
{
	size_t len = strcspn(*s, "/");

	for (unsigned i = 0; i < n; i++) {
		if (strlen(names[i]) != len || strncasecmp(*s, names[i], len))
			continue;
		*out = (uint8_t)i;
		*s += len + ((*s)[len] == '/');
		return true;
	}
	return false;
}

bool dt_stability_parse(const char *s, struct dt_stability *out)
{
	*out = (struct dt_stability){STB_STANDARD, STB_STANDARD, CLS_COMMON};
	if (!parse_part(&s, levels, STB_STANDARD + 1, &out->name))
		return false;
	if (*s && !parse_part(&s, levels, STB_STANDARD + 1, &out->data))
		return false;
	if (*s && !parse_part(&s, classes, CLS_COMMON + 1, &out->cls))
		return false;
	return !*s;
}

const char *dt_stability_str(struct dt_arena *a, struct dt_stability s)
{
	return dt_asprintf(a, "%s/%s/%s", levels[s.name], levels[s.data], classes[s.cls]);
}

struct dt_stability dt_stability_min(struct dt_stability a, struct dt_stability b)
{
	return (struct dt_stability){.name = a.name < b.name ? a.name : b.name,
				     .data = a.data < b.data ? a.data : b.data,
				     .cls = a.cls < b.cls ? a.cls : b.cls};
}

static struct dt_stability fields(const struct dt_provider *p, bool mod, bool func, bool name)
{
	const struct dt_prov_stability *st = &p->stability;
	struct dt_stability s = st->prov;

	if (mod)
		s = dt_stability_min(s, st->mod);
	if (func)
		s = dt_stability_min(s, st->func);
	if (name)
		s = dt_stability_min(s, st->pname);
	return s;
}

struct dt_stability dt_stability_probe(const struct dt_probe *pr)
{
	return fields(pr->provider, *pr->mod, *pr->func, *pr->name);
}

struct dt_stability dt_stability_descs(const struct dt_clause *c)
{
	struct dt_stability s = best;

	for (uint32_t i = 0; i < c->descs.n; i++) {
		const struct dt_pdesc *d = &c->descs.v[i];

		for (uint32_t k = 0; k < c->probes.n; k++) {
			const struct dt_probe *pr = c->probes.v[k];

			if (d->id ? d->id != pr->id
				  : !dt_glob(d->prov, pr->prov) || !dt_glob(d->mod, pr->mod) ||
					    !dt_glob(d->func, pr->func) ||
					    !dt_glob(d->name, pr->name))
				continue;
			s = dt_stability_min(s,
					     d->id ? dt_stability_probe(pr)
						   : fields(pr->provider, dt_glob_literal(d->mod),
							    dt_glob_literal(d->func),
							    dt_glob_literal(d->name)));
		}
	}
	return s;
}

/* ------------------------------------------------------------------ expressions */

static bool is_kernels(const struct dt_type *t)
{
	t = t ? dt_type_base(t) : NULL;
	if (t && t->kind == TY_PTR && t->to)
		t = dt_type_base(t->to);
	return t && (t->kind == TY_STRUCT || t->kind == TY_UNION) && t->module &&
	       strcmp(t->module, "D") && !t->userland;
}

static struct dt_stability args_of(const struct dt_clause *c)
{
	struct dt_stability s = best;

	for (uint32_t i = 0; i < c->probes.n; i++)
		s = dt_stability_min(s, c->probes.v[i]->provider->stability.args);
	return s;
}

/* Recursion is bounded by the parser's DT_HEIGHT_MAX. */
static struct dt_stability expr(const struct dt_clause *c, const struct dt_expr *e)
{
	struct dt_stability s = best;

	if (!e)
		return s;
	if (e->kind == E_LET && e->stability)
		return *e->stability;
	if ((e->kind == E_VAR || e->kind == E_ASSOC) && e->var->stability)
		s = *e->var->stability;
	else if (e->kind == E_BUILTIN && e->builtin == BV_ARGS)
		s = args_of(c);
	else if (e->kind == E_BUILTIN && e->builtin == BV_CURTHREAD)
		s.data = STB_PRIVATE;
	else if (e->kind == E_SYM)
		s = kernel;
	else if ((e->kind == E_MEMBER || e->kind == E_ARROW) && e->a && is_kernels(e->a->type))
		s = kernel;
	s = dt_stability_min(s, expr(c, e->a));
	if (e->kind == E_LET) /* as stable as what is translated: hiding the rest is what for */
		return s;
	s = dt_stability_min(s, expr(c, e->b));
	s = dt_stability_min(s, expr(c, e->c));
	for (uint32_t i = 0; i < e->list.n; i++)
		s = dt_stability_min(s, expr(c, e->list.v[i]));
	return s;
}

static struct dt_stability stmt(const struct dt_clause *c, const struct dt_stmt *st)
{
	struct dt_stability s = best;

	if (!st)
		return s;
	s = dt_stability_min(expr(c, st->expr), stmt(c, st->then));
	s = dt_stability_min(s, stmt(c, st->otherwise));
	for (uint32_t i = 0; i < st->body.n; i++)
		s = dt_stability_min(s, stmt(c, st->body.v[i]));
	return s;
}

struct dt_stability dt_stability_stmts(const struct dt_clause *c)
{
	return dt_stability_min(expr(c, c->pred), stmt(c, c->body));
}
