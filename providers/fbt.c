/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fbt: entry to and return from the functions of the kernel and its modules (FBT-01..07).
 *
 * The kernel offers several ways to a function: a trampoline of its own (fentry, fexit), one link for
 * thousands (kprobe.multi), a breakpoint each (kprobe); plan/mech.c chooses. DTrace promises a probe
 * for every function, its arguments by type, and that what cannot be traced is absent and nothing
 * worse. So the names come from ftrace's list, which is read only where it must be, and types from BTF:
 *
 *	fbt::vfs_read:entry	BTF alone says that it exists: some milliseconds
 *	fbt::name_show:entry	the list, as several functions share this name: one probe with several hooks
 *	fbt::vfs_*:entry	the list
 *
 *	entry	arg0.. the arguments
 *	return	arg0 = -1: where in the function is not known; arg1 = the result
 *
 * Ids: a function of the kernel itself has its number in BTF; any other the place where it is.
 *
 * rawfbt is the same without types, and with the functions that the compiler made: foo.isra.0,
 * foo.constprop.0.
 */
#include <errno.h>
#include "bpf/features.h"
#include "probe/match.h"
#include "proc/kfunc.h"
#include "providers.h"

#define KERNEL    "vmlinux"
#define ANY_CALLS 6 /* arguments of a function whose type is not known */

/* A probe's priv: bit 0 is_return; bit 1: what follows is a number in BTF, else an address. */
#define IS_RETURN(pr) ((pr)->priv & 1)
#define HAS_BTF(pr)   ((pr)->priv & 2)
#define BTF_ID(pr)    (HAS_BTF(pr) ? (uint32_t)((pr)->priv >> 2) : 0)
#define ADDRESS(pr)   (HAS_BTF(pr) ? 0 : (uint64_t)((int64_t)(pr)->priv >> 2))
#define PLACE_MASK    0x7fffffffull /* all code of the kernel is within 2 GiB */

static bool is_raw(const struct dt_provider *p)
{
	return p == &dt_prov_rawfbt;
}

/* Is there any way to attach to a function? Not asked: tests without a kernel. */
static bool possible(const struct dt_registry *r)
{
	return !r->features || dt_feature(r->features, FEAT_KPROBE) ||
	       dt_feature(r->features, FEAT_KPROBE_MULTI) || dt_feature(r->features, FEAT_FENTRY);
}

/* FBT-01: what is in the list and no function for DTrace; `.` marks what the compiler made. */
static bool excluded(const struct dt_provider *p, const char *name)
{
	static const char *const prefixes[] = {"__ftrace_invalid_address__", "__probestub_",
					       "__traceiter_"};

	for (unsigned i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
			return true;
	return !is_raw(p) && strchr(name, '.');
}

static void add(struct dt_registry *r, const struct dt_provider *p, const struct dt_query *q,
		const char *mod, const char *name, uint32_t btf_id, uint64_t addr)
{
	static const char *const names[] = {"entry", "return"};
	uint32_t id = btf_id ? (is_raw(p) ? DT_ID_RAWFBT : DT_ID_FBT) + 2 * btf_id
			     : (is_raw(p) ? DT_ID_RAWFBT_PLACE : DT_ID_FBT_PLACE) +
				       (uint32_t)((addr & PLACE_MASK) >> 1 & ~1ull);
	uint64_t priv = btf_id ? (uint64_t)btf_id << 2 | 2 : addr << 2;

	for (unsigned ret = 0; ret < 2; ret++)
		if (dt_glob(q->name, names[ret]))
			dt_probe_add(r, p, id + ret, p->name, mod, name, names[ret], priv | ret);
}

/* A module's name, or "" for any; false if the pattern is a real glob. */
static bool literal_module(const char *pat)
{
	return !*pat || dt_glob_literal(pat);
}

static void note_id(void *arg, const char *name, uint32_t id)
{
	struct dt_kfunc *f = dt_kfuncs_find(arg, KERNEL, name);

	if (f && !f->btf_id)
		f->btf_id = id;
}

/* The list, read once; all: every function will be asked for, so that some will need addresses. */
static int list(struct dt_registry *r, bool all)
{
	int err;

	if (r->kfuncs)
		return 0;
	err = dt_kfuncs_read(r->arena, all, &r->kfuncs);
	if (!err && r->types)
		dt_types_each_func(r->types, NULL, note_id, r->kfuncs);
	return err;
}

static int match_listed(struct dt_registry *r, const struct dt_provider *p,
			const struct dt_query *q)
{
	for (uint32_t i = 1; i < r->kfuncs->n; i++) {
		struct dt_kfunc *f = &r->kfuncs->v[i];

		if (f->again || !dt_glob(q->func, f->name) || !dt_glob(q->mod, f->mod) ||
		    excluded(p, f->name))
			continue;
		if (!f->btf_id && !f->addr) {
			dt_kfuncs_locate(r->kfuncs);
			f = &r->kfuncs->v[i];
		}
		add(r, p, q, f->mod, f->name, f->btf_id, f->addr);
	}
	return 0;
}

static int match_glob(struct dt_registry *r, const struct dt_provider *p, const struct dt_query *q)
{
	int err = list(r, (!*q->func || !strcmp(q->func, "*")) && !*q->mod);

	if (!err)
		return match_listed(r, p, q);
	return dt_glob_literal(q->prov)
		       ? dt_registry_error(
				 r, err,
				 "the kernel's list of functions cannot be read: %s: name one",
				 strerror(-err))
		       : 0;
}

/* Is the name that of several functions? Then they are listed, and where they are is known: to the kernel, the name
 * would mean the first. */
static bool shared(struct dt_registry *r, const char *name)
{
	return r->features && dt_feature(r->features, FEAT_KPROBE) && dt_func_is_shared(name) &&
	       !list(r, true) && !dt_kfuncs_locate(r->kfuncs);
}

/* A function by its name: BTF, and only what isn't there in kallsyms. */
static int match_literal(struct dt_registry *r, const struct dt_provider *p,
			 const struct dt_query *q)
{
	struct dt_kfunc found[32];
	uint32_t id;
	int n;

	if (shared(r, q->func))
		return match_listed(r, p, q);
	if (dt_glob(q->mod, KERNEL) && r->types && !strchr(q->func, '.')) {
		id = dt_types_func_id(r->types, NULL, q->func);
		if (id) {
			add(r, p, q, KERNEL, q->func, id, 0);
			return 0;
		}
	}
	n = dt_kfunc_lookup(r->arena, literal_module(q->mod) ? q->mod : "", q->func, found,
			    sizeof(found) / sizeof(found[0]));
	for (int i = 0; i < n && i < (int)(sizeof(found) / sizeof(found[0])); i++)
		if (dt_glob(q->mod, found[i].mod))
			add(r, p, q, found[i].mod, found[i].name, 0, found[i].addr);
	return 0;
}

static const char no_way[] =
	"this kernel has no way to trace its functions: neither kprobes nor fentry";

static int match(struct dt_registry *r, const struct dt_provider *p, const struct dt_query *q)
{
	if (!dt_glob(q->name, "entry") && !dt_glob(q->name, "return"))
		return 0;
	if (q->listing && is_raw(p) && !dt_glob_literal(q->prov))
		return 0; /* PC-03: only when named */
	if (dt_glob_literal(q->func))
		return excluded(p, q->func) ? 0 : match_literal(r, p, q);
	if (possible(r))
		return match_glob(r, p, q);
	return dt_glob_literal(q->prov) ? dt_registry_error(r, -EOPNOTSUPP, "%s", no_way) : 0;
}

static int by_id(struct dt_registry *r, const struct dt_provider *p, uint32_t id)
{
	uint32_t base = is_raw(p) ? DT_ID_RAWFBT : DT_ID_FBT;
	uint32_t place = is_raw(p) ? DT_ID_RAWFBT_PLACE : DT_ID_FBT_PLACE;
	struct dt_query q = {"", "", "", id & 1 ? "return" : "entry", false};
	const char *name;

	if (id >= base && id - base < DT_ID_FBT_MAX && r->types) {
		name = dt_types_func_name(r->types, NULL, (id - base) / 2);
		if (!name || excluded(p, name))
			return -ENOENT;
		shared(r, name); /* then attach() finds all of them */
		add(r, p, &q, KERNEL, name, (id - base) / 2, 0);
		return 0;
	}
	if (id < place || id - place > PLACE_MASK >> 1 || !possible(r) || list(r, true))
		return -ENOENT;
	dt_kfuncs_locate(r->kfuncs);
	for (uint32_t i = 1; i < r->kfuncs->n; i++) {
		const struct dt_kfunc *f = &r->kfuncs->v[i];

		if (!f->btf_id && !f->again && !excluded(p, f->name) &&
		    ((f->addr & PLACE_MASK) >> 1 & ~1ull) == ((id - place) & ~1u))
			add(r, p, &q, f->mod, f->name, 0, f->addr);
	}
	return r->found.n ? 0 : -ENOENT;
}

/* ------------------------------------------------------------------ arguments */

static const struct dt_type *prototype(struct dt_types *ts, const struct dt_probe *pr)
{
	uint32_t id = BTF_ID(pr);

	if (is_raw(pr->provider))
		return NULL;
	if (!id)
		id = dt_types_func_id(ts, pr->mod, pr->func);
	return id ? dt_types_func(ts, pr->mod, id) : NULL;
}

/* What kernel code calls a pointer is one, into user memory only if BTF says so. */
static int args(struct dt_registry *r, const struct dt_probe *pr, struct dt_types *ts,
		struct dt_argdesc *out, int max)
{
	const struct dt_type *t = prototype(ts, pr);
	int n = 0;

	(void)r;
	if (IS_RETURN(pr)) {
		out[n++].type = ts->t_int;
		if (!t && n < max)
			out[n++].type = ts->t_uint64;
		else if (t && n < max && dt_type_kind(t->to) != TY_VOID)
			out[n++].type = t->to;
		return n;
	}
	if (t)
		for (; n < (int)t->members.n && n < max; n++)
			out[n].type = t->members.v[n].type;
	else
		for (; n < ANY_CALLS && n < max; n++)
			out[n].type = ts->t_uint64;
	return n;
}

static struct dt_argsrc argsrc(const struct dt_probe *pr, const struct dt_attach *at, unsigned n)
{
	(void)at;
	if (!IS_RETURN(pr))
		return (struct dt_argsrc){.kind = DT_ARG_FUNC, .value = n};
	if (n == 0)
		return (struct dt_argsrc){.kind = DT_ARG_CONST, .value = -1};
	return (struct dt_argsrc){.kind = n == 1 ? DT_ARG_RETVAL : DT_ARG_NONE};
}

/* ------------------------------------------------------------------ where it hangs */

static int attach(struct dt_registry *r, const struct dt_probe *pr, struct dt_hooks *out)
{
	struct dt_attach at = {
		.mech = DT_MECH_KFUNC,
		.index = DT_INDEX_CONST,
		.target = pr->func,
		.module = pr->mod,
		.is_return = IS_RETURN(pr),
		.btf_id = is_raw(pr->provider) ? 0 : BTF_ID(pr),
		.addr = ADDRESS(pr),
		.from_caller = true,
		.args_key = "fbt",
	};
	const struct dt_kfunc *f = NULL;

	if (!possible(r))
		return dt_registry_error(r, -EOPNOTSUPP, "%s", no_way);
	if (r->kfuncs)
		f = dt_kfuncs_find(r->kfuncs, pr->mod, pr->func);
	if (f && f->same) { /* fentry would know one of them only */
		at.btf_id = 0;
		dt_kfuncs_locate(r->kfuncs);
		f = dt_kfuncs_find(r->kfuncs, pr->mod, pr->func);
	}
	if (f && f->addr)
		at.addr = f->addr;
	dt_hook_add(out, at);
	for (uint32_t i = f ? f->same : 0; i; i = r->kfuncs->v[i].same) {
		at.addr = r->kfuncs->v[i].addr;
		if (at.addr) /* 5.10 lists some more often than there are functions of the name */
			dt_hook_add(out, at);
	}
	return 0;
}

#define STABILITY                                                                              \
	{                                                                                      \
		.prov = DT_STAB_EVOLVING, .mod = DT_STAB_PRIVATE, .func = DT_STAB_PRIVATE_ISA, \
		.pname = DT_STAB_EVOLVING, .args = DT_STAB_PRIVATE_ISA,                        \
	}

const struct dt_provider dt_prov_fbt = {
	.name = "fbt",
	.stability = STABILITY,
	.match = match,
	.by_id = by_id,
	.args = args,
	.argsrc = argsrc,
	.attach = attach,
};

const struct dt_provider dt_prov_rawfbt = {
	.name = "rawfbt",
	.stability = STABILITY,
	.match = match,
	.by_id = by_id,
	.args = args,
	.argsrc = argsrc,
	.attach = attach,
};
