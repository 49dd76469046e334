/* SPDX-License-Identifier: BSD-2-Clause */
/* A search in strings that long would be refused by the kernel: the call is named instead. */
#pragma D option strsize=8192
BEGIN { trace(basename(execname)); }
