/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registry: which probes this compilation has met, each of them once.
 *
 * A question ("syscall::read*:entry") goes to every provider that its first field allows; the
 * providers answer by adding what may match, so a literal name costs one look-up and nothing is
 * listed that was not asked for. The answers of one question are collected in `found`, filtered by
 * the four patterns, and handed on in order of id.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include "probe/match.h"
#include "probe/provider.h"

void dt_registry_init(struct dt_registry *r, struct dt_arena *a)
{
	memset(r, 0, sizeof(*r));
	r->arena = a;
	r->by_name = dt_map_new(a);
	r->memo = dt_map_new(a);
	r->cpu = -1;
}

/* "prov:mod:func:name": by hand, since there may be tens of thousands of them. */
static const char *full_name(struct dt_registry *r, char *buf, size_t size,
			     const char *const parts[4], size_t *len)
{
	size_t n[4], total = 4;
	char *key = buf, *p;

	for (int i = 0; i < 4; i++)
		total += n[i] = strlen(parts[i]);
	if (total > size)
		key = dt_alloc(r->arena, total);
	p = key;
	for (int i = 0; i < 4; i++) {
		memcpy(p, parts[i], n[i]);
		p += n[i];
		*p++ = ':';
	}
	*len = total - 1; /* the last one ends nothing */
	return key;
}

struct dt_probe *dt_probe_add(struct dt_registry *r, const struct dt_provider *p, uint32_t id,
			      const char *prov, const char *mod, const char *func, const char *name,
			      uint64_t priv)
{
	const char *const parts[4] = {prov, mod, func, name}, *key;
	struct dt_probe *pr;
	char buf[256];
	size_t len;

	key = full_name(r, buf, sizeof(buf), parts, &len);
	pr = dt_map_get(r->by_name, key, len);

	if (!pr) {
		pr = DT_NEW(r->arena, struct dt_probe);
		pr->id = id;
		pr->prov = dt_intern(r->arena, prov);
		pr->mod = dt_intern(r->arena, mod);
		pr->func = dt_intern(r->arena, func);
		pr->name = dt_intern(r->arena, name);
		pr->provider = p;
		pr->priv = priv;
		dt_map_set(r->by_name, key, len, pr);
		dt_vec_push(r->arena, &r->probes, pr);
	}
	dt_vec_push(r->arena, &r->found, pr);
	return pr;
}

struct dt_probe *dt_registry_find(const struct dt_registry *r, const char *prov, const char *mod,
				  const char *func, const char *name)
{
	return dt_map_gets(r->by_name, dt_asprintf(r->arena, "%s:%s:%s:%s", prov, mod, func, name));
}

int dt_registry_error(struct dt_registry *r, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	r->error = dt_vasprintf(r->arena, fmt, ap);
	va_end(ap);
	return err;
}

int dt_registry_fail(struct dt_registry *r, enum dt_tag tag, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	r->error = dt_vasprintf(r->arena, fmt, ap);
	va_end(ap);
	r->tag = tag;
	return err;
}

uint32_t dt_registry_process_id(struct dt_registry *r)
{
	return DT_ID_PROCESS + r->process_ids++;
}

void dt_registry_skip(struct dt_registry *r, const struct dt_probe *pr, const char *why)
{
	dt_vec_push(r->arena, &r->skipped, ((struct dt_skip){pr, dt_strdup(r->arena, why)}));
}

void dt_hook_add(struct dt_hooks *hooks, struct dt_attach at)
{
	dt_vec_push(hooks->arena, &hooks->v, at);
}

static int by_id(const void *x, const void *y)
{
	const struct dt_probe *a = *(struct dt_probe *const *)x, *b = *(struct dt_probe *const *)y;

	return a->id < b->id ? -1 : a->id > b->id;
}

static int tell(struct dt_probe *const *v, uint32_t n, dt_probe_cb *cb, void *arg)
{
	for (uint32_t i = 0; i < n; i++)
		if (cb && cb(arg, v[i]))
			return i + 1;
	return n;
}

/* Of the probes that were met. */
static struct dt_probe *known_id(struct dt_registry *r, uint32_t id)
{
	if (!r->by_num)
		r->by_num = dt_map_new(r->arena);
	for (; r->nums < r->probes.n; r->nums++) {
		struct dt_probe *pr = r->probes.v[r->nums];

		dt_map_set(r->by_num, &pr->id, sizeof(pr->id), pr);
	}
	return dt_map_get(r->by_num, &id, sizeof(id));
}

/* For questions by number: a provider that cannot tell is asked for all it has. */
static struct dt_probe *find_id(struct dt_registry *r, uint32_t id, int *err)
{
	static const struct dt_query all = {"", "", "", "", true};

	*err = 0;
	if (known_id(r, id))
		return known_id(r, id);
	for (int i = 0; dt_providers[i]; i++) {
		r->found.n = 0;
		*err = dt_providers[i]->by_id ? dt_providers[i]->by_id(r, dt_providers[i], id)
					      : dt_providers[i]->match(r, dt_providers[i], &all);
		if (*err == -ENOENT)
			*err = 0;
		if (*err)
			return NULL;
		for (uint32_t k = 0; k < r->found.n; k++)
			if (r->found.v[k]->id == id)
				return r->found.v[k];
	}
	return NULL;
}

int dt_registry_match(struct dt_registry *r, const char *prov, const char *mod, const char *func,
		      const char *name, uint32_t id, bool listing, dt_probe_cb *cb, void *arg)
{
	const struct dt_query q = {prov, mod, func, name, listing};
	struct dt_probe **v;
	uint32_t n = 0, out = 0;
	int err;

	r->error = NULL;
	r->tag = (enum dt_tag)0;
	if (id) {
		struct dt_probe *pr = find_id(r, id, &err);

		return pr ? tell(&pr, 1, cb, arg) : err;
	}
	r->found.n = 0;
	for (int i = 0; dt_providers[i]; i++) {
		const struct dt_provider *p = dt_providers[i];

		if (p->claims ? !p->claims(p, prov) : !dt_glob(prov, p->name))
			continue;
		err = p->match(r, p, &q);
		if (err)
			return err;
	}
	/* A copy: cb may ask the registry questions of its own. */
	v = DT_NEW_N(r->arena, struct dt_probe *, r->found.n + 1);
	for (uint32_t i = 0; i < r->found.n; i++) {
		struct dt_probe *pr = r->found.v[i];

		if (pr->provider->exact || (dt_glob(prov, pr->prov) && dt_glob(mod, pr->mod) &&
					    dt_glob(func, pr->func) && dt_glob(name, pr->name)))
			v[n++] = pr;
	}
	qsort(v, n, sizeof(*v), by_id);
	for (uint32_t i = 0; i < n; i++)
		if (!out || v[out - 1] != v[i])
			v[out++] = v[i];
	return tell(v, out, cb, arg);
}
