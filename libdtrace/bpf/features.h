/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What this kernel can do, found by trying, never by its version. Each probe is tried once, the first
 * time it is asked for, and remembered; dtrace -V -v prints them all.
 */
#ifndef DT_BPF_FEATURES_H
#define DT_BPF_FEATURES_H

#include <stdbool.h>
#include <stdint.h>

enum dt_feature {
#define DT_FEATURE(id, name, what) id,
#include "bpf/features.def"
#undef DT_FEATURE
	FEAT_COUNT
};

struct dt_features {
	int8_t known[FEAT_COUNT]; /* 0 not tried, 1 yes, -1 no */
};

/* Can a counter of perf be had? 0, or the negative errno with which it is refused. */
int dt_feature_counter(uint32_t type, uint64_t config, uint64_t flags);

bool dt_feature(const struct dt_features *f, enum dt_feature id); /* tries it if need be */
/* Kernels that charge the memory of maps and programs to the user (FEAT_MEMCG) refuse everything beyond 64 KiB by
 * default: as much as we may have, then. dt_feature() does that before it tries anything. */
void dt_allow_memory(const struct dt_features *f);
const char *dt_feature_name(enum dt_feature id);
const char *dt_feature_what(enum dt_feature id);

/* Would the kernel let a program be put at the entry to (or return from) the function of that number in
 * its BTF? Asked with a program that does nothing, which is not attached. */
bool dt_fentry_accepts(uint32_t btf_id, bool is_return);
/* Do several of the kernel's functions have this name, as far as a kernel with FEAT_KPROBE knows? What is asked for by
 * name alone is the first of them. Much cheaper than to look for it in kallsyms. */
bool dt_func_is_shared(const char *name);

uint32_t dt_ncpu_possible(void); /* number of possible CPUs, from /sys; at least 1 */

#endif
