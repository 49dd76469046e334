/* SPDX-License-Identifier: BSD-2-Clause */
/* Instructions: where the next one begins, and whether the kernel can put a uprobe there. */
#ifndef DT_PROC_INSN_H
#define DT_PROC_INSN_H

#include <stdbool.h>
#include <stddef.h>

/* The length of the x86-64 instruction at `code`, of which n bytes are there; 0 if it is none. */
unsigned dt_insn_length(const unsigned char *code, size_t n);
/* 4 if it is endbr64, which functions may begin with; else 0. */
unsigned dt_insn_endbr(const unsigned char *code, size_t n);
/* Does the kernel refuse to step over it? (Attaching has the last word.) */
bool dt_insn_refused(const unsigned char *code, size_t n);

#endif
