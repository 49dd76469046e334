// SPDX-License-Identifier: BSD-2-Clause
// The registry and the providers of system calls, timers, and BEGIN: what matches, under which id,
// with which arguments. No kernel, no BTF.
#include <asm/ptrace.h>
#include <stddef.h>
#include <sys/syscall.h>
#include "check.h"
#include "probe/provider.h"
#include "types/types.h"

static struct dt_registry r;
static struct dt_probe *last;
static uint32_t last_id;
static bool ordered;

static int seen(void *arg, struct dt_probe *p)
{
	(void)arg;
	ordered = ordered && p->id > last_id;
	last_id = p->id;
	last = p;
	return 0;
}

static int match(const char *prov, const char *mod, const char *func, const char *name, uint32_t id,
		 bool listing)
{
	last = NULL;
	last_id = 0;
	ordered = true;
	return dt_registry_match(&r, prov, mod, func, name, id, listing, seen, NULL);
}

/* The one hook of the last probe. */
static struct dt_attach hook(void)
{
	struct dt_hooks hooks = {.arena = r.arena};

	CHECK(!last->provider->attach(&r, last, &hooks) && hooks.v.n == 1);
	return hooks.v.v[0];
}

static struct dt_argsrc argsrc(unsigned n)
{
	struct dt_attach at = hook();

	return last->provider->argsrc(last, &at, n);
}

static uint64_t period(const char *name)
{
	struct dt_attach at;

	if (match("profile", "", "", name, 0, false) != 1)
		return 0;
	at = hook();
	CHECK(at.mech == DT_MECH_PERF_CLOCK && at.one_cpu == (name[0] == 't'));
	return at.period_ns;
}

static void test_dtrace(void)
{
	CHECK(match("", "", "", "BEGIN", 0, false) == 1 && last->id == 1);
	CHECK(match("dtrace", "", "", "", 0, false) == 3 && ordered && last_id == 3);
	CHECK(match("dtrace", "x", "", "END", 0, false) == 0);
	CHECK(match("", "", "", "", 2, false) == 1 && !strcmp(last->name, "END"));
	CHECK(hook().mech == DT_MECH_TESTRUN);
	CHECK(match("nosuch", "", "", "", 0, false) == 0);
}

static void test_profile(void)
{
	uint32_t id;

	CHECK(match("profile", "", "", "", 0, true) == 13 && ordered);
	CHECK(period("profile-97") == 1000000000ull / 97 && last->id == DT_ID_PROFILE);
	CHECK(period("tick-1s") == 1000000000ull);
	id = last->id;
	CHECK(period("tick-1SEC") == 1000000000ull && last->id == id + 1);
	CHECK(period("tick-1s") && last->id == id);
	CHECK(period("tick-10m") == 600000000000ull && period("tick-1d") == 86400000000000ull);
	CHECK(period("profile-250us") == 250000 && period("profile-200000ns") == 200000);
	CHECK(period("profile-5000hz") == 200000);
	/* PRF-03, and nonsense */
	CHECK(!period("profile-5001") && !period("profile-199us") && !period("tick-0"));
	CHECK(!period("tick-") && !period("tick-x") && !period("tick-1xx") && !period("tick--1"));
	CHECK(!period("tick-99999999999999999999s") && !period("tick-999999999999d"));
	CHECK(!period("tick-1s ") && !period("ticks-1"));
	/* PC-03: what was made on demand is not in a listing or under a pattern */
	CHECK(match("profile", "", "", "", 0, true) == 13);
	CHECK(match("profile", "", "", "tick-*", 0, false) == 6);
	CHECK(match("", "", "", "", id, true) == 1 && !strcmp(last->name, "tick-1s"));
}

static void test_syscall(void)
{
	struct dt_argsrc s;
	struct dt_attach at;

	CHECK(match("syscall", "vmlinux", "read", "entry", 0, false) == 1);
	CHECK(last->id == DT_ID_SYSCALL + 2 * SYS_read);
	s = argsrc(2);
	CHECK(s.kind == DT_ARG_CTX_DEREF && s.off2 == offsetof(struct pt_regs, rdx) && s.size == 8);
	s = argsrc(3);
	CHECK(s.off2 == offsetof(struct pt_regs, r10));
	s = argsrc(5);
	CHECK(s.off2 == offsetof(struct pt_regs, r9));
	CHECK(argsrc(6).kind == DT_ARG_NONE);
	at = hook();
	CHECK(at.index_val == SYS_read && at.uregs_in_ctx0 && !at.arg0_errno);
	CHECK(!strcmp(at.target, "sys_enter"));

	CHECK(match("syscall", "", "write", "return", 0, false) == 1);
	CHECK(last->id == DT_ID_SYSCALL + 2 * SYS_write + 1);
	s = argsrc(1);
	CHECK(s.kind == DT_ARG_CTX && s.off == 8 && s.is_signed);
	CHECK(match("", "", "", "", DT_ID_SYSCALL + 2 * SYS_bpf, false) == 1 &&
	      !strcmp(last->func, "bpf"));

	CHECK(match("sys*", "", "", "", 0, false) > 700 && ordered);
	CHECK(match("syscall", "", "read*", "entry", 0, false) == 5 && ordered);
	CHECK(match("syscall", "", "nosuch", "", 0, false) == 0);
	CHECK(match("syscall", "other", "", "", 0, false) == 0);
	CHECK(match("syscall", "", "read", "offset", 0, false) == 0);
}

static void test_args(struct dt_arena *a)
{
	struct dt_btf_opts none = {.vmlinux = "/nonexistent"};
	struct dt_argdesc args[10];
	struct dt_types ts;

	dt_types_init(&ts, a, 256, &none);
	CHECK(match("syscall", "", "read", "entry", 0, false) == 1);
	CHECK(last->provider->args(&r, last, &ts, args, 10) == 3);
	CHECK(args[0].type == ts.t_uint &&
	      args[2].type == dt_types_lookup(&ts, NULL, TY_TYPEDEF, "size_t"));
	CHECK(dt_type_is_char_ptr(args[1].type) && dt_type_base(args[1].type)->userland);
	CHECK(ts.btf_err == 0); /* nothing was opened for that */
	/* a struct nobody knows: a pointer all the same */
	CHECK(match("syscall", "", "stat", "entry", 0, false) == 1);
	CHECK(last->provider->args(&r, last, &ts, args, 1) == 1);
	CHECK(last->provider->args(&r, last, &ts, args, 10) == 2 && dt_type_is_ptr(args[1].type));
	CHECK(match("syscall", "", "stat", "return", 0, false) == 1);
	CHECK(last->provider->args(&r, last, &ts, args, 10) == 2 &&
	      dt_type_is_signed(args[0].type));
	/* every call's types make sense */
	for (uint32_t i = 0; i < r.probes.n; i++) {
		int n = r.probes.v[i]->provider->args(&r, r.probes.v[i], &ts, args, 10);

		CHECK(n >= 0 && n <= 6);
		for (int k = 0; k < n; k++)
			CHECK(args[k].type && dt_type_is_scalar(args[k].type));
	}
	dt_types_fini(&ts);
}

int main(void)
{
	struct dt_arena *a = dt_arena_new();

	dt_registry_init(&r, a);
	test_dtrace();
	test_profile();
	test_syscall();
	test_args(a);
	dt_arena_free(a);
	return check_summary();
}
