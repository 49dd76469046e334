/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * syscall: entry to and return from every system call (SC-01..07).
 *
 * The kernel offers two raw tracepoints, sys_enter and sys_exit, that every 64-bit system call
 * passes; they hand over the user's registers and the call's number, or its result. DTrace promises
 * a probe per call, typed arguments, and that a thousand of them cost no more than one. So names,
 * numbers and argument types come from a table of ours (the numbers are the architecture's ABI), all
 * entry probes are one program on sys_enter, all return probes one on sys_exit, and the number is
 * the index that tells the probes apart. tracefs is not needed, and a call this kernel lacks simply
 * never fires.
 *
 *	sys_enter: ctx[0] = struct pt_regs *, ctx[1] = number	arguments: rdi rsi rdx r10 r8 r9
 *	sys_exit:  ctx[0] = struct pt_regs *, ctx[1] = result	arg0 = arg1 = result
 *
 * Where programs on raw tracepoints can be preempted, they are not exact: then the probes hang on the
 * functions that do the calls, whose only argument is a pointer to the same registers, by one link for
 * all of them. Which these are, BTF says. Calls that have none (any more, or not here) share one, which
 * fails with ENOSYS: there, the number tells them apart as it does on the tracepoint.
 */
#include <errno.h>
#include "bpf/features.h"
#include "probe/match.h"
#include "providers.h"

#define SYSCALL_MODULE "vmlinux"

struct syscall {
	uint32_t nr;
	const char *name;
	const char *const *types; /* NULL-terminated */
};

static const struct syscall syscalls[] = {
#define SYSCALL(nr, name, ...) {nr, #name, (const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL}},
#include "syscall_table.def"
#undef SYSCALL
};
#define NSYSCALLS (sizeof(syscalls) / sizeof(syscalls[0]))

/* A probe's priv: index in syscalls, and whether it is the return. */
#define PRIV(i, ret)  ((uint64_t)(i) << 1 | (ret))
#define PRIV_CALL(pr) (&syscalls[(pr)->priv >> 1])
#define IS_RETURN(pr) ((pr)->priv & 1)

static int match(struct dt_registry *r, const struct dt_provider *p, const struct dt_query *q)
{
	bool want[2] = {dt_glob(q->name, "entry"), dt_glob(q->name, "return")};
	bool literal = dt_glob_literal(q->func);

	if (!dt_glob(q->mod, SYSCALL_MODULE) || !(want[0] || want[1]))
		return 0;
	for (unsigned i = 0; i < NSYSCALLS; i++) {
		const struct syscall *sc = &syscalls[i];

		if (literal ? strcmp(q->func, sc->name) : !dt_glob(q->func, sc->name))
			continue;
		for (unsigned ret = 0; ret < 2; ret++)
			if (want[ret])
				dt_probe_add(r, p, DT_ID_SYSCALL + 2 * sc->nr + ret, p->name,
					     SYSCALL_MODULE, sc->name, ret ? "return" : "entry",
					     PRIV(i, ret));
		if (literal)
			break;
	}
	return 0;
}

/* "struct stat *" to a type. A pointer to something that the kernel has no BTF for is a void *. */
static const struct dt_type *type_named(struct dt_types *ts, const char *text)
{
	enum dt_type_kind kind = TY_TYPEDEF;
	const struct dt_type *t;
	char name[64];
	size_t len = strlen(text), stars = 0;

	for (; len && (text[len - 1] == '*' || text[len - 1] == ' '); len--)
		stars += text[len - 1] == '*';
	if (!strncmp(text, "struct ", 7))
		kind = TY_STRUCT;
	else if (!strncmp(text, "union ", 6))
		kind = TY_UNION;
	if (kind != TY_TYPEDEF) {
		len -= kind == TY_STRUCT ? 7 : 6;
		text += kind == TY_STRUCT ? 7 : 6;
	}
	if (len >= sizeof(name))
		len = sizeof(name) - 1;
	memcpy(name, text, len);
	name[len] = '\0';
	t = dt_types_lookup(ts, NULL, kind, name);
	if (!t)
		t = stars ? ts->t_void : ts->t_ulong;
	while (stars--)
		t = dt_type_uptr(ts, t);
	return t;
}

static int args(struct dt_registry *r, const struct dt_probe *pr, struct dt_types *ts,
		struct dt_argdesc *out, int max)
{
	const char *const *types = PRIV_CALL(pr)->types;
	int n = 0;

	(void)r;
	if (IS_RETURN(pr)) {
		for (; n < 2 && n < max; n++)
			out[n].type = ts->t_long;
		return n;
	}
	for (; types[n] && n < max; n++)
		out[n].type = type_named(ts, types[n]);
	return n;
}

/* Offsets in the kernel's struct pt_regs: rdi rsi rdx r10 r8 r9. */
static const int16_t arg_regs[] = {112, 104, 96, 56, 72, 64};
#define NARGS (sizeof(arg_regs) / sizeof(arg_regs[0]))

static struct dt_argsrc argsrc(const struct dt_probe *pr, const struct dt_attach *at, unsigned n)
{
	bool func = at->ctx == DT_CTX_KREGS || at->ctx == DT_CTX_FUNC;

	if (IS_RETURN(pr) && n < 2 && func)
		return (struct dt_argsrc){.kind = DT_ARG_RETVAL};
	if (IS_RETURN(pr) && n < 2)
		return (struct dt_argsrc){
			.kind = DT_ARG_CTX, .off = 8, .size = 8, .is_signed = true};
	if (!IS_RETURN(pr) && n < NARGS)
		return (struct dt_argsrc){.kind = DT_ARG_CTX_DEREF,
					  /* the function's own first argument points to them */
					  .off = at->ctx == DT_CTX_KREGS ? arg_regs[0] : 0,
					  .off2 = arg_regs[n],
					  .size = 8};
	return (struct dt_argsrc){.kind = DT_ARG_NONE};
}

/* ------------------------------------------------------------------ the functions of calls */

/* "__x64_sys_" and a name which is the call's, but for these; calls without arguments have theirs in
 * "__do_sys_". */
static const char *const prefixes[] = {"__x64_sys_", "__do_sys_"};
#define NO_CALL "ni_syscall" /* what the kernel runs for a number that is no call's */
static const struct {
	const char *call, *func;
} renamed[] = {
	{"stat", "newstat"},   {"fstat", "newfstat"},      {"lstat", "newlstat"},
	{"uname", "newuname"}, {"sendfile", "sendfile64"}, {"umount2", "umount"},
};

struct functions {
	struct dt_map *by_name; /* as the kernel calls it, to the call's index + 1 */
	const char *of[NSYSCALLS];
	const char *no_call; /* NULL: not known */
};

static void note_function(void *arg, const char *name, uint32_t id)
{
	struct functions *f = arg;
	uintptr_t i;

	(void)id;
	for (unsigned k = 0; k < 2; k++) {
		size_t n = strlen(prefixes[k]);

		if (strncmp(name, prefixes[k], n))
			continue;
		if (!strcmp(name + n, NO_CALL))
			f->no_call = name;
		i = (uintptr_t)dt_map_gets(f->by_name, name + n);
		if (i && (!f->of[i - 1] || k == 0) && (k == 0 || !*syscalls[i - 1].types))
			f->of[i - 1] = name;
	}
}

/* Asked of BTF once: NULL if there is none. */
static const struct functions *functions(struct dt_registry *r)
{
	struct functions *f = dt_map_gets(r->memo, "syscall functions");

	if (f || !r->types)
		return f;
	f = DT_NEW(r->arena, struct functions);
	f->by_name = dt_map_new(r->arena);
	for (uintptr_t i = 0; i < NSYSCALLS; i++) {
		const char *name = syscalls[i].name;

		for (unsigned k = 0; k < sizeof(renamed) / sizeof(renamed[0]); k++)
			if (!strcmp(name, renamed[k].call))
				name = renamed[k].func;
		dt_map_sets(f->by_name, name, (void *)(i + 1));
	}
	dt_types_each_func(r->types, NULL, note_function, f);
	dt_map_sets(r->memo, "syscall functions", f);
	return f;
}

static bool has(const struct dt_registry *r, enum dt_feature f)
{
	return r->features && dt_feature(r->features, f);
}

/* The functions, if probes should hang on them; NULL: the tracepoint is right. */
static const struct functions *wanted(struct dt_registry *r)
{
	return has(r, FEAT_KPROBE_MULTI) && !has(r, FEAT_EXACT_RAW_TP) && has(r, FEAT_TASK_PT_REGS)
		       ? functions(r)
		       : NULL;
}

static int attach(struct dt_registry *r, const struct dt_probe *pr, struct dt_hooks *out)
{
	struct dt_attach at = {
		.mech = DT_MECH_RAW_TP,
		.target = IS_RETURN(pr) ? "sys_exit" : "sys_enter",
		.is_return = IS_RETURN(pr),
		.arg0_errno = IS_RETURN(pr),
		.index = DT_INDEX_SYSCALL,
		.index_val = PRIV_CALL(pr)->nr,
		.ctx = DT_CTX_RAW_TP,
		.uregs_in_ctx0 = true,
	};
	const struct functions *f = wanted(r);
	const char *own = f ? f->of[pr->priv >> 1] : NULL, *func = own;

	if (f && !func)
		func = f->no_call;
	if (func) {
		at.mech = DT_MECH_KFUNC;
		at.target = func;
		at.uregs_in_ctx0 = false;
		at.args_key = "syscall";
	}
	if (own)
		at.index = DT_INDEX_CONST;
	dt_hook_add(out, at);
	return 0;
}

const struct dt_provider dt_prov_syscall = {
	.name = "syscall",
	.stability = {.prov = DT_STAB_EVOLVING,
		      .mod = DT_STAB_PRIVATE,
		      .func = DT_STAB_PRIVATE_ISA,
		      .pname = DT_STAB_EVOLVING,
		      .args = DT_STAB_PRIVATE_ISA},
	.match = match,
	.args = args,
	.argsrc = argsrc,
	.attach = attach,
};
