/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Into the kernel: maps, BTF, programs, attachments. Everything hangs on file descriptors that a
 * struct dt_kernel owns; dt_kernel_close lets all of it go (as does the death of the process).
 */
#ifndef DT_BPF_LOAD_H
#define DT_BPF_LOAD_H

#include "bpf/features.h"
#include "bpf/link.h"
#include "ir/ir.h"

struct dt_kernel {
	struct ir_module *mod;
	struct dt_features *features;
	struct dt_registry *registry; /* is told of probes that can't be attached: dt_registry_skip */
	uint32_t ncpu;
	const char *error;	/* text of the last failure, in mod->arena */
	int btf_fd;
	DT_VEC(struct dt_link_fd *) links; /* attach.c */
	uint64_t links_missed;	/* what closed links said */
	int64_t bpflog;		/* option: print the verifier's log even on success */
};

/* Creates every map of the module (fds, mmaps, initial contents, freezing) and its BTF.
 * 0, or negative errno with k->error: EPERM says what privilege is missing. */
int dt_kernel_open(struct dt_kernel *k, struct ir_module *mod, struct dt_features *feat);

/* Loads one linked entry function (fn->image); sets fn->fd. A rejection becomes a diagnostic at the D
 * line that the refused instruction was made from, with the verifier's last words; returns -errno. */
int dt_load(struct dt_kernel *k, struct ir_func *fn);

/* Attaches by fn->attach (RAW_TP, PERF_CLOCK); all CPUs but for one_cpu or cpu >= 0.
 * 0 or negative errno with k->error. */
int dt_attach(struct dt_kernel *k, struct ir_func *fn, int cpu);
/* Closes what is quick to close: the links that hold no perf event. What they missed is remembered. */
void dt_detach_links(struct dt_kernel *k);
/* Stops the firing of everything attached, at once (disables perf events); closes links. May take long
 * with many perf events: progress(done, total) is called if given. */
void dt_detach_all(struct dt_kernel *k, void (*progress)(void *, unsigned, unsigned), void *arg);

/* Puts an empty inner map with room for `entries` in the place of element i of an array of maps. Nobody
 * may be writing to the old one. 0 or negative errno; then nothing has changed. */
int dt_map_replace(struct dt_kernel *k, struct dt_mapdef *outer, uint32_t i, uint32_t entries);

/* Runs a raw tracepoint program once on `cpu` (BEGIN, END). */
int dt_testrun(struct dt_kernel *k, struct ir_func *fn, uint32_t cpu);

/* Firings that the kernel skipped, by a recursion guard or for want of room: over all loaded programs and
 * all links that know. */
uint64_t dt_recursion_misses(const struct dt_kernel *k);

/* Waits until every program that was running has finished (a grace period). 0 or negative errno. */
int dt_grace_period(struct dt_kernel *k);

/* Detaches, unmaps and closes everything. */
void dt_kernel_close(struct dt_kernel *k);

#endif
