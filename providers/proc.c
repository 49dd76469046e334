/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * proc: the lives of processes and threads (PR-01 to PR-14).
 *
 * The kernel's events are about tasks, which are threads; DTrace speaks of processes and of their
 * lwps. So each probe is an event looked at closer: is the new task a process or a thread, is the
 * one that ends the last of its process, did exec fail. All are raw tracepoints, which every kernel
 * has and which cost little:
 *
 *	sched_process_fork(parent, child)	create (child is a process), lwp-create
 *	sys_exit, of clone, with 0		start, lwp-start: the child is the one that gets 0
 *	sys_enter, sys_exit, of execve		exec, exec-failure
 *	sched_process_exec			exec-success: the new program's name is there already
 *	sched_process_exit(task [, last])	exit (the process's last task), lwp-exit
 *	signal_generate(sig, info, task, group, result)	signal-send, signal-discard
 *	signal_deliver(sig, info, action)	signal-handle
 *	sys_exit, of rt_sigtimedwait		signal-clear
 *
 * Before 6.18, which says of a task that it is the last, exit fires for the process's first thread.
 * A fault of a process (`fault`) is a signal here: signal-send tells.
 */
#include <errno.h>
#include <sys/syscall.h>
#include "ir/hook.h"
#include "probe/match.h"
#include "providers.h"

#define PROC_MODULE "vmlinux"

enum arg { NONE, PSINFO, LWPSINFO, INT, USTRING, SIGINFO, POINTER };

struct event {
	const char *name;   /* the probe's */
	const char *target; /* the kernel's event */
	dt_emit_f *emit;
	enum arg args[3];
	uint8_t raw[3]; /* the raw argument that args[i] is made from */
};

/* ------------------------------------------------------------------ sources */

static ir_reg ctx_arg(struct dt_hook *hk, int n, unsigned size)
{
	return dt_hook_src(hk, (struct dt_argsrc){.kind = DT_ARG_CTX,
						  .off = (int16_t)(8 * n),
						  .size = (uint8_t)size,
						  .is_signed = size < 8});
}

#define SYS_RESULT(hk) ctx_arg(hk, 1, 8) /* of sys_exit */
#define REG_RDI        112               /* in struct pt_regs */
#define REG_RSI        104
#define REG_ORIG_RAX   120

/* A register of the system call's. */
static ir_reg sys_reg(struct dt_hook *hk, int16_t off)
{
	return dt_hook_src(
		hk, (struct dt_argsrc){.kind = DT_ARG_CTX_DEREF, .off = 0, .off2 = off, .size = 8});
}

/* Goes on only if v is one of the n values. */
static void require_one_of(struct dt_hook *hk, ir_reg v, const int *values, int n)
{
	struct ir_builder *b = dt_hook_ir(hk);
	ir_reg any = ir_setcci(b, IR_EQ, v, values[0]);

	for (int i = 1; i < n; i++)
		any = ir_op2(b, IR_OR, any, ir_setcci(b, IR_EQ, v, values[i]));
	dt_hook_require(hk, IR_NE, any, 0);
}

/* A member that all kernels have. */
static ir_reg member(struct dt_hook *hk, ir_reg addr, const char *sou, const char *name)
{
	ir_reg v;

	return dt_hook_member(hk, addr, sou, name, &v) ? v : ir_ldi(dt_hook_ir(hk), 0);
}

/* ------------------------------------------------------------------ birth */

static void emit_create(struct dt_hook *hk, const struct dt_probe *pr, const struct dt_attach *at)
{
	ir_reg child = ctx_arg(hk, 1, 8);

	(void)pr, (void)at;
	dt_hook_require(hk, IR_EQ,
			ir_op2(dt_hook_ir(hk), IR_SUB, member(hk, child, "task_struct", "pid"),
			       member(hk, child, "task_struct", "tgid")),
			0);
	dt_hook_arg(hk, 0, child);
}

static void emit_lwp_create(struct dt_hook *hk, const struct dt_probe *pr,
			    const struct dt_attach *at)
{
	(void)pr, (void)at;
	dt_hook_arg(hk, 0, ctx_arg(hk, 1, 8));
}

static void emit_lwp_start(struct dt_hook *hk, const struct dt_probe *pr,
			   const struct dt_attach *at)
{
	static const int calls[] = {SYS_clone, SYS_fork, SYS_vfork, SYS_clone3};

	(void)pr, (void)at;
	dt_hook_require(hk, IR_EQ, SYS_RESULT(hk), 0);
	require_one_of(hk, sys_reg(hk, REG_ORIG_RAX), calls, 4);
}

static void emit_start(struct dt_hook *hk, const struct dt_probe *pr, const struct dt_attach *at)
{
	emit_lwp_start(hk, pr, at);
	dt_hook_require(hk, IR_EQ,
			ir_op2(dt_hook_ir(hk), IR_SUB, dt_hook_tid(hk), dt_hook_tgid(hk)), 0);
}

/* ------------------------------------------------------------------ exec */

static const int exec_calls[] = {SYS_execve, SYS_execveat};

static void emit_exec(struct dt_hook *hk, const struct dt_probe *pr, const struct dt_attach *at)
{
	struct ir_builder *b = dt_hook_ir(hk);
	ir_reg nr = ctx_arg(hk, 1, 8), path = ir_newreg(b);
	struct ir_block *other = ir_block_new(b, "execveat"), *done = ir_block_new(b, "path");

	(void)pr, (void)at;
	require_one_of(hk, nr, exec_calls, 2);
	ir_mov_to(b, path, sys_reg(hk, REG_RDI));
	ir_bri(b, IR_EQ, nr, SYS_execveat, other, done);
	ir_at(b, other);
	ir_mov_to(b, path, sys_reg(hk, REG_RSI));
	ir_jmp(b, done);
	ir_at(b, done);
	dt_hook_arg(hk, 0, path);
}

static void emit_exec_failure(struct dt_hook *hk, const struct dt_probe *pr,
			      const struct dt_attach *at)
{
	struct ir_builder *b = dt_hook_ir(hk);
	ir_reg error = ir_op1(b, IR_NEG, SYS_RESULT(hk));

	(void)pr, (void)at;
	dt_hook_require(hk, IR_LT, ir_op2i(b, IR_SUB, error, 1), 4095);
	require_one_of(hk, sys_reg(hk, REG_ORIG_RAX), exec_calls, 2);
	dt_hook_arg(hk, 0, error);
}

/* ------------------------------------------------------------------ death */

/* CLD_EXITED 1, CLD_KILLED 2, CLD_DUMPED 3: by the signal in the low bits, and bit 7. */
static ir_reg reason(struct dt_hook *hk, ir_reg code)
{
	struct ir_builder *b = dt_hook_ir(hk);
	ir_reg killed = ir_setcci(b, IR_NE, ir_op2i(b, IR_AND, code, 0x7f), 0);
	ir_reg dumped = ir_op2i(b, IR_AND, ir_op2i(b, IR_SHR, code, 7), 1);

	return ir_op2i(b, IR_ADD, ir_op2(b, IR_ADD, killed, ir_op2(b, IR_AND, killed, dumped)), 1);
}

static void emit_exit(struct dt_hook *hk, const struct dt_probe *pr, const struct dt_attach *at)
{
	struct ir_builder *b = dt_hook_ir(hk);
	ir_reg task = ctx_arg(hk, 0, 8);

	(void)pr, (void)at;
	if (dt_hook_event_args(hk, "sched_process_exit") >= 2)
		dt_hook_require(hk, IR_NE, ir_op2i(b, IR_AND, ctx_arg(hk, 1, 8), 0xff), 0);
	else
		dt_hook_require(hk, IR_EQ, ir_op2(b, IR_SUB, dt_hook_tid(hk), dt_hook_tgid(hk)), 0);
	dt_hook_arg(hk, 0, reason(hk, member(hk, task, "task_struct", "exit_code")));
}

/* ------------------------------------------------------------------ signals */

/* What became of it (TRACE_SIGNAL_...): 0 delivered, 1 ignored, 2 already pending, 3 out of memory,
 * 4 without its information. */
static const int sent[] = {0, 2, 4}, discarded[] = {1};

static void signal_args(struct dt_hook *hk)
{
	dt_hook_arg(hk, 0, ctx_arg(hk, 2, 8));
	dt_hook_arg(hk, 1, ctx_arg(hk, 2, 8));
	dt_hook_arg(hk, 2, ctx_arg(hk, 0, 4));
}

static void emit_signal_send(struct dt_hook *hk, const struct dt_probe *pr,
			     const struct dt_attach *at)
{
	(void)pr, (void)at;
	require_one_of(hk, ctx_arg(hk, 4, 4), sent, 3);
	signal_args(hk);
}

static void emit_signal_discard(struct dt_hook *hk, const struct dt_probe *pr,
				const struct dt_attach *at)
{
	(void)pr, (void)at;
	require_one_of(hk, ctx_arg(hk, 4, 4), discarded, 1);
	signal_args(hk);
}

#define HLP_CURRENT_TASK 35

/* A process that a signal ends has each of its threads killed by SIGKILL; the signal it died of is
 * in the exit code that they share. */
static void emit_signal_handle(struct dt_hook *hk, const struct dt_probe *pr,
			       const struct dt_attach *at)
{
	struct ir_builder *b = dt_hook_ir(hk);
	struct ir_block *kill = ir_block_new(b, "kill"), *known = ir_block_new(b, "group"),
			*done = ir_block_new(b, "signal");
	ir_reg sig = ir_newreg(b), group, code, handler;

	(void)pr, (void)at;
	ir_mov_to(b, sig, ctx_arg(hk, 0, 4));
	ir_bri(b, IR_EQ, sig, 9, kill, done);
	ir_at(b, kill);
	group = member(hk, ir_call(b, HLP_CURRENT_TASK, 0, NULL), "task_struct", "signal");
	code = ir_op2i(b, IR_AND, member(hk, group, "signal_struct", "group_exit_code"), 0x7f);
	ir_bri(b, IR_NE, code, 0, known, done);
	ir_at(b, known);
	ir_mov_to(b, sig, code);
	ir_jmp(b, done);
	ir_at(b, done);
	handler = member(hk, ctx_arg(hk, 2, 8), "k_sigaction", "sa.sa_handler");
	dt_hook_arg(hk, 0, sig);
	dt_hook_arg(hk, 1, ctx_arg(hk, 1, 8));
	dt_hook_arg(hk, 2, handler);
}

static void emit_signal_clear(struct dt_hook *hk, const struct dt_probe *pr,
			      const struct dt_attach *at)
{
	static const int calls[] = {SYS_rt_sigtimedwait};
	ir_reg sig = SYS_RESULT(hk);

	(void)pr, (void)at;
	dt_hook_require(hk, IR_SGT, sig, 0);
	require_one_of(hk, sys_reg(hk, REG_ORIG_RAX), calls, 1);
	dt_hook_arg(hk, 0, sig);
}

/* ------------------------------------------------------------------ the probes */

static const struct event events[] = {
	{"create", "sched_process_fork", emit_create, {PSINFO}, {0}},
	{"exec", "sys_enter", emit_exec, {USTRING}, {0}},
	{"exec-failure", "sys_exit", emit_exec_failure, {INT}, {0}},
	{"exec-success", "sched_process_exec", NULL, {NONE}, {0}},
	{"exit", "sched_process_exit", emit_exit, {INT}, {0}},
	{"lwp-create", "sched_process_fork", emit_lwp_create, {LWPSINFO, PSINFO}, {0, 0}},
	{"lwp-exit", "sched_process_exit", NULL, {NONE}, {0}},
	{"lwp-start", "sys_exit", emit_lwp_start, {NONE}, {0}},
	{"signal-clear", "sys_exit", emit_signal_clear, {INT}, {0}},
	{"signal-discard",
	 "signal_generate",
	 emit_signal_discard,
	 {LWPSINFO, PSINFO, INT},
	 {0, 1, 2}},
	{"signal-handle", "signal_deliver", emit_signal_handle, {INT, SIGINFO, POINTER}, {0, 1, 2}},
	{"signal-send", "signal_generate", emit_signal_send, {LWPSINFO, PSINFO, INT}, {0, 1, 2}},
	{"start", "sys_exit", emit_start, {NONE}, {0}},
};
#define NEVENTS (sizeof(events) / sizeof(events[0]))

static int match(struct dt_registry *r, const struct dt_provider *p, const struct dt_query *q)
{
	if (!dt_glob(q->mod, PROC_MODULE) || !dt_glob(q->func, ""))
		return 0;
	for (unsigned i = 0; i < NEVENTS; i++)
		if (dt_glob(q->name, events[i].name))
			dt_probe_add(r, p, DT_ID_PROC + i, p->name, PROC_MODULE, "", events[i].name,
				     i);
	return 0;
}

static int arg_type(struct dt_registry *r, struct dt_types *ts, enum arg kind,
		    struct dt_argdesc *out)
{
	const char *name = NULL;

	switch (kind) {
	case PSINFO: name = "psinfo_t"; break;
	case LWPSINFO: name = "lwpsinfo_t"; break;
	case SIGINFO: name = "siginfo_t"; break;
	case USTRING:
		out->type = ts->t_string;
		out->native = dt_type_uptr(ts, ts->t_char);
		return 0;
	case POINTER: out->type = ts->t_void_ptr; return 0;
	default: out->type = ts->t_int; return 0;
	}
	out->type = dt_types_lookup(ts, NULL, TY_TYPEDEF, name);
	if (!out->type)
		return dt_registry_error(r, -ENOENT, "no type %s: it is in the D libraries", name);
	out->type = dt_type_ptr(ts, out->type);
	if (kind == SIGINFO)
		return 0;
	out->native = dt_types_lookup(ts, NULL, TY_STRUCT, "task_struct");
	if (!out->native)
		return dt_registry_error(r, -ENOENT, "the kernel has no type information");
	out->native = dt_type_ptr(ts, out->native);
	return 0;
}

static int args(struct dt_registry *r, const struct dt_probe *pr, struct dt_types *ts,
		struct dt_argdesc *out, int max)
{
	const struct event *ev = &events[pr->priv];
	int n = 0, err;

	for (; n < 3 && n < max && ev->args[n] != NONE; n++) {
		err = arg_type(r, ts, ev->args[n], &out[n]);
		if (err)
			return err;
		out[n].mapping = ev->raw[n];
		if (!out[n].native)
			out[n].native = out[n].type;
	}
	return n;
}

static struct dt_argsrc argsrc(const struct dt_probe *pr, const struct dt_attach *at, unsigned n)
{
	(void)pr, (void)at, (void)n; /* emit() gives what there is */
	return (struct dt_argsrc){.kind = DT_ARG_NONE};
}

static int attach(struct dt_registry *r, const struct dt_probe *pr, struct dt_hooks *out)
{
	const struct event *ev = &events[pr->priv];

	(void)r;
	dt_hook_add(out, (struct dt_attach){.mech = DT_MECH_RAW_TP,
					    .target = ev->target,
					    .index = DT_INDEX_CONST,
					    .ctx = DT_CTX_RAW_TP,
					    .uregs_in_ctx0 = !strncmp(ev->target, "sys_", 4),
					    .emit = ev->emit});
	return 0;
}

const struct dt_provider dt_prov_proc = {
	.name = "proc",
	.stability = {.prov = DT_STAB_EVOLVING_ISA,
		      .mod = DT_STAB_PRIVATE,
		      .func = DT_STAB_PRIVATE,
		      .pname = DT_STAB_EVOLVING_ISA,
		      .args = DT_STAB_EVOLVING_ISA},
	.match = match,
	.args = args,
	.argsrc = argsrc,
	.attach = attach,
};
