/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Code of a provider's own, for probes that are made from events which need looking at (dt_attach.emit):
 * is this firing the probe's at all, what are its arguments, what has to be kept until another event.
 * It runs before the clauses, in every firing of the hook while tracing is on.
 *
 *	proc:::exit, on the event sched_process_exit(task):
 *		task = dt_hook_src(hk, ctx[0]);
 *		dt_hook_require(hk, IR_EQ, tid, tgid)		a process, not one thread of several
 *		dt_hook_arg(hk, 0, reason)
 *
 * Reading never faults: what can't be read is 0. Registers made here may be used until the clauses
 * begin, those passed to dt_hook_arg as long as the arguments are.
 */
#ifndef DT_IR_HOOK_H
#define DT_IR_HOOK_H

#include "ir/build.h"

#define DT_HOOK_ARGS 10

/* For the instructions that the calls below don't make: conditions, arithmetic. */
struct ir_builder *dt_hook_ir(struct dt_hook *hk);
/* The value of a source of the hook's context. */
ir_reg dt_hook_src(struct dt_hook *hk, struct dt_argsrc src);
/* `size` bytes of kernel memory. */
ir_reg dt_hook_read(struct dt_hook *hk, ir_reg addr, int64_t off, unsigned size, bool is_signed);
/* A member of a kernel struct: its offset, or its value in the one at an address. "a.b.c" goes through nested
 * ones. False (and 0) if this kernel has no such member: the caller may know another. */
bool dt_hook_offsetof(struct dt_hook *hk, const char *sou, const char *member, int64_t *off);
bool dt_hook_member(struct dt_hook *hk, ir_reg addr, const char *sou, const char *member, ir_reg *out);
uint64_t dt_hook_sizeof(struct dt_hook *hk, const char *sou); /* bytes; 0: this kernel has no such struct */
/* How many arguments the kernel hands to raw tracepoint `event`: they changed over time. 0: unknown. */
unsigned dt_hook_event_args(struct dt_hook *hk, const char *event);
/* pid (the thread's number) and tgid (the process's) of who is running. */
ir_reg dt_hook_tid(struct dt_hook *hk);
ir_reg dt_hook_tgid(struct dt_hook *hk);

/* Raw argument n of the probe is this. */
void dt_hook_arg(struct dt_hook *hk, unsigned n, ir_reg value);
/* Does any clause read raw argument n? What makes it need not be made otherwise. */
bool dt_hook_reads(const struct dt_hook *hk, unsigned n);
/* If not, this is no firing of the probe's. */
void dt_hook_require(struct dt_hook *hk, enum ir_cond c, ir_reg a, int64_t imm);

/* State between events: a table by name, shared by all hooks that name it; key and value are any
 * numbers. Taking removes; 0: nothing was kept. A full table keeps nothing more (dynamic variable drop). */
void dt_hook_keep(struct dt_hook *hk, const char *table, ir_reg key, ir_reg value);
ir_reg dt_hook_take(struct dt_hook *hk, const char *table, ir_reg key);
/* Memory of this hook on this CPU: a pointer to `size` bytes, zero at first. */
ir_reg dt_hook_percpu(struct dt_hook *hk, uint32_t size);

ir_reg dt_hook_now(struct dt_hook *hk); /* timestamp */
/* So many firings more (or, negative, fewer than was thought) did not take place that should have. */
void dt_hook_missed(struct dt_hook *hk, ir_reg n);

#endif
