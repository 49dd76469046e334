/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's functions that can be traced, modules' included, as the kernel lists them: for globs.
 * Reading the list takes the kernel tens of milliseconds, so it is read when first asked for and once.
 *
 * Owned by the arena it was read into. Failures are negative errno.
 */
#ifndef DT_PROC_KFUNC_H
#define DT_PROC_KFUNC_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"

struct dt_kfunc {
	const char *name, *mod; /* mod "vmlinux": the kernel itself */
	uint64_t addr;		/* 0 until dt_kfuncs_locate */
	uint32_t same;		/* the next function of that name in that module, or 0 */
	bool again;		/* one of that name and module came before */
	uint32_t btf_id;	/* the user's: 0 at first */
};

struct dt_kfuncs {
	struct dt_arena *arena;
	struct dt_kfunc *v; /* in the kernel's order, what it does not list behind; v[0] is not used */
	uint32_t n, cap;    /* v[1] to v[n - 1] */
	uint32_t *table, mask; /* by name and module */
	bool located;
};

/* addrs: with addresses, if that is no great trouble. */
int dt_kfuncs_read(struct dt_arena *a, bool addrs, struct dt_kfuncs **out);
/* The first function of that name in that module; NULL: there is none. */
struct dt_kfunc *dt_kfuncs_find(const struct dt_kfuncs *k, const char *mod, const char *name);
/* Sees to it that there are addresses; moves v. Where the list has none, kallsyms has: of a name that it has more often
 * than the list, some cannot be traced; of one that it has less often, some are left without. */
int dt_kfuncs_locate(struct dt_kfuncs *k);

/* Without the list: every function of that name in kallsyms, traceable or not; mod "": in any module,
 * else in that one. The result: how many were found, at most max of them stored. */
int dt_kfunc_lookup(struct dt_arena *a, const char *mod, const char *name, struct dt_kfunc *out,
		    int max);

#endif
