/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dtrace: BEGIN, END and ERROR.
 *
 * The kernel knows nothing of these. DTrace promises that BEGIN fires once, before every other
 * probe, and END once, after them all: both are programs that the consumer runs itself, by a test
 * run on one CPU, while the state word keeps the others from doing anything. ERROR fires when a
 * clause faults: it is a subprogram that the fault path of every other program calls, and its
 * arguments are what that path left in the scratch slot.
 */
#include <errno.h>
#include "abi.h"
#include "probe/match.h"
#include "providers.h"

static const struct {
	const char *name;
	enum dt_mech mech;
} probes[] = {
	{"BEGIN", DT_MECH_TESTRUN},
	{"END", DT_MECH_TESTRUN},
	{"ERROR", DT_MECH_CALLED},
};
#define NPROBES     (sizeof(probes) / sizeof(probes[0]))
#define ERROR_PROBE 2

static int match(struct dt_registry *r, const struct dt_provider *p, const struct dt_query *q)
{
	if (!dt_glob(q->mod, "") || !dt_glob(q->func, ""))
		return 0;
	for (unsigned i = 0; i < NPROBES; i++)
		if (dt_glob(q->name, probes[i].name))
			dt_probe_add(r, p, DT_ID_DTRACE + i, p->name, "", "", probes[i].name, i);
	return 0;
}

static int args(struct dt_registry *r, const struct dt_probe *pr, struct dt_types *ts,
		struct dt_argdesc *out, int max)
{
	(void)r, (void)pr, (void)ts, (void)out, (void)max;
	return 0;
}

/* ERROR: arg1 probe id, arg2 statement, arg3 instruction or -1, arg4 DTRACEFLT_*, arg5 address. */
static struct dt_argsrc argsrc(const struct dt_probe *pr, const struct dt_attach *at, unsigned n)
{
	(void)at;
	static const enum dt_fault_field fields[] = {DT_FLTF_EPID, DT_FLTF_PROBE, DT_FLTF_ACTION,
						     DT_FLTF_PC,   DT_FLTF_CODE,  DT_FLTF_ADDR};

	if (pr->priv != ERROR_PROBE || n < 1 || n >= sizeof(fields) / sizeof(fields[0]))
		return (struct dt_argsrc){.kind = DT_ARG_NONE};
	return (struct dt_argsrc){.kind = DT_ARG_FAULT, .size = 8, .value = fields[n]};
}

static int attach(struct dt_registry *r, const struct dt_probe *pr, struct dt_hooks *out)
{
	(void)r;
	if (pr->priv >= NPROBES)
		return -EINVAL;
	dt_hook_add(out, (struct dt_attach){
				 .mech = probes[pr->priv].mech,
				 .index = DT_INDEX_CONST,
				 .ctx = DT_CTX_NONE,
			 });
	return 0;
}

#define SSC                                        \
	{                                          \
		STB_STABLE, STB_STABLE, CLS_COMMON \
	}

const struct dt_provider dt_prov_dtrace = {
	.name = "dtrace",
	.stability = {.prov = SSC,
		      .mod = DT_STAB_PRIVATE,
		      .func = DT_STAB_PRIVATE,
		      .pname = SSC,
		      .args = SSC},
	.match = match,
	.args = args,
	.argsrc = argsrc,
	.attach = attach,
};
