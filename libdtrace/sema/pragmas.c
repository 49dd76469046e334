/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * #pragma D attributes and binding: how stable the names are that a program defines, and from which
 * version of the language on they exist (PRG-06 to PRG-08, PRG-11, PRG-12).
 *
 * They may stand before or after what they are about, so all are gathered before a program is
 * checked. Inlines and translators take theirs when they are defined; variables, which may come
 * into being anywhere, when all is checked, and then what is left over is an error.
 */
#include <stdio.h>

#include "sema/check.h"
#include "sema/stability.h"

struct attr {
	struct dt_span at;
	bool applied, has_stability;
	struct dt_stability stability;
	int64_t version; /* 0: since ever */
};

/* The parts of a provider that a program says something of. */
struct prov_attr {
	struct dt_prov_stability st;
	bool said[5];
	struct dt_span at;
	struct dt_map *copies; /* of the provider that probes come from, with this stability */
};

/* As option version keeps it. */
static int64_t version_of(const char *s)
{
	unsigned v[3] = {0};

	if (sscanf(s, "%3u.%3u.%3u", &v[0], &v[1], &v[2]) < 2)
		return 0;
	return (int64_t)v[0] << 32 | v[1] << 16 | v[2];
}

static struct attr *attr_named(struct dt_sema *s, const char *name, struct dt_span at)
{
	struct attr *a = dt_map_gets(s->attrs, name);

	if (!a || a->applied) {
		a = DT_NEW(s->arena, struct attr);
		dt_map_sets(s->attrs, name, a);
	}
	a->at = at;
	return a;
}

static struct dt_stability *part_of(struct prov_attr *a, const char *name, bool **said)
{
	static const char *const names[] = {"provider", "module", "function", "name", "args"};
	struct dt_stability *parts[] = {&a->st.prov, &a->st.mod, &a->st.func, &a->st.pname,
					&a->st.args};
	int i = 0;

	while (i < 4 && strcmp(names[i], name))
		i++;
	*said = &a->said[i];
	return parts[i];
}

static void provider_pragma(struct dt_sema *s, const struct dt_pragma *p)
{
	const char *name = p->words.v[2];
	struct prov_attr *a = dt_map_gets(s->provattrs, name);
	bool *said;

	if (!a) {
		a = DT_NEW(s->arena, struct prov_attr);
		a->copies = dt_map_new(s->arena);
		dt_map_sets(s->provattrs, name, a);
	}
	a->at = p->span;
	dt_stability_parse(p->words.v[0], part_of(a, p->words.v[3], &said));
	*said = true;
}

void dt_check_pragmas_gather(struct dt_sema *s, const struct dt_program *p)
{
	for (uint32_t i = 0; i < p->pragmas.n; i++) {
		const struct dt_pragma *g = &p->pragmas.v[i];
		struct attr *a;

		if (g->words.n == 4) {
			provider_pragma(s, g);
			continue;
		}
		a = attr_named(s, g->words.v[1], g->span);
		if (!strcmp(g->what, "binding")) {
			a->version = version_of(g->words.v[0]);
		} else {
			a->has_stability = true;
			dt_stability_parse(g->words.v[0], &a->stability);
		}
	}
}

bool dt_check_pragmas_define(struct dt_sema *s, const char *name, const struct dt_stability **st)
{
	struct attr *a = dt_map_gets(s->attrs, name);

	if (!a)
		return true;
	a->applied = true;
	if (a->has_stability && st)
		*st = &a->stability;
	return !s->version || a->version <= s->version;
}

/* What a pragma is about that no definition of this program took. */
static void left_over(struct dt_sema *s, const char *name, struct dt_span at)
{
	enum dt_builtin b;
	int64_t value;
	char kind;
	int argn;
	bool known = dt_map_gets(s->inlines, name) || dt_func_find(name) ||
		     dt_builtin_find(name, &b, &argn, &kind) || dt_predefined(name, &value);

	for (int i = 0; dt_providers[i]; i++)
		known |= !strcmp(dt_providers[i]->name, name);
	if (known)
		dt_error(s->diags, at, D_PRAGMA_SCOPE, "%s is not defined by this program", name);
	else
		dt_error(s->diags, at, D_PRAGMA_UNUSED,
			 "the pragma is about %s, which is not defined", name);
}

static bool declares(const struct dt_program *p, const char *provider)
{
	for (uint32_t i = 0; i < p->tops.n; i++)
		if (p->tops.v[i].kind == TOP_PROVIDER && !strcmp(p->tops.v[i].prov->name, provider))
			return true;
	return false;
}

void dt_check_pragmas_finish(struct dt_sema *s, const struct dt_program *p)
{
	for (uint32_t i = 0; i < p->pragmas.n; i++) {
		const struct dt_pragma *g = &p->pragmas.v[i];
		const char *name = g->words.v[g->words.n == 4 ? 2 : 1];
		struct attr *a = dt_map_gets(s->attrs, name);
		struct dt_var *v;

		if (g->words.n == 4) {
			if (!declares(p, name))
				left_over(s, name, g->span);
			continue;
		}
		if (a->applied)
			continue;
		v = dt_scope_find(s, DT_VAR_GLOBAL, name);
		if (!v) {
			a->applied = true; /* said once */
			left_over(s, name, g->span);
		} else if (dt_check_pragmas_define(s, name, &v->stability)) {
			continue;
		} else {
			dt_error(s->diags, v->span, D_IDENT_UNDEF,
				 "%s does not exist in the version of D that was asked for", name);
		}
	}
}

/* ------------------------------------------------------------------ providers */

void dt_check_pragmas_probe(struct dt_sema *s, struct dt_probe *pr)
{
	size_t len = strlen(pr->prov);
	struct dt_provider *copy;
	struct prov_attr *a;

	if (!dt_map_count(s->provattrs))
		return;
	while (len && pr->prov[len - 1] >= '0' && pr->prov[len - 1] <= '9')
		len--;
	a = dt_map_get(s->provattrs, pr->prov, len);
	if (!a)
		return;
	copy = dt_map_get(a->copies, &pr->provider, sizeof(pr->provider));
	if (!copy) {
		struct dt_stability *to[5];

		copy = DT_NEW(s->arena, struct dt_provider);
		*copy = *pr->provider;
		to[0] = &copy->stability.prov, to[1] = &copy->stability.mod;
		to[2] = &copy->stability.func, to[3] = &copy->stability.pname;
		to[4] = &copy->stability.args;
		for (int i = 0; i < 5; i++)
			if (a->said[i])
				*to[i] = (&a->st.prov)[i];
		dt_map_set(a->copies, &pr->provider, sizeof(pr->provider), copy);
		dt_map_set(a->copies, &(const struct dt_provider *){copy}, sizeof(copy), copy);
	}
	pr->provider = copy;
}
