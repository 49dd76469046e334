/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of feature probes share: writing small programs, and the probes that features.c lists
 * but doesn't have. */
#ifndef DT_BPF_FEATURES_PRIV_H
#define DT_BPF_FEATURES_PRIV_H

#include "bpf/features.h"
#include "bpf/link.h"
#include "bpf/sys.h"

#define INSN(c, d, s, o, i) \
	((struct dt_insn){.code = (c), .dst = (d), .src = (s), .off = (o), .imm = (i)})
#define MOV_K(r, v) INSN(BPF_C_ALU64 | BPF_A_MOV | BPF_SRC_K, r, 0, 0, v)
#define MOV_X(r, s) INSN(BPF_C_ALU64 | BPF_A_MOV | BPF_SRC_X, r, s, 0, 0)
#define CALL(f)     INSN(BPF_OP_CALL, 0, 0, 0, f)
#define EXIT        INSN(BPF_OP_EXIT, 0, 0, 0, 0)

/* features_func.c */
bool dt_try_kprobe(void);
bool dt_try_kprobe_multi(void);
bool dt_try_uprobe_multi(void);
bool dt_try_fentry(void);
bool dt_try_cookie(void);
bool dt_try_func_ip(void);
/* Loads and attaches a program (fentry) to getpgid's function, which costs little to call; the fd of the
 * attachment, or negative errno. */
int dt_attach_getpgid(const struct dt_insn *insns, uint32_t n);
/* features_exact.c */
bool dt_try_exact_raw_tp(void);
bool dt_try_exact_fentry(void);

#endif
