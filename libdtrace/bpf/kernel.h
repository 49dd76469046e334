/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of load.h's implementation (maps, load, attach) share. Internal to bpf/. */
#ifndef DT_BPF_KERNEL_H
#define DT_BPF_KERNEL_H

#include "bpf/load.h"
#include "bpf/sys.h"

struct dt_link_fd {
	int fd;    /* a link, or the raw tracepoint; -1 if the event alone is it */
	int event; /* perf event, or -1 */
	bool counted; /* a function's: the link itself may know of firings that were missed */
};

/* attach*.c. dt_attach_keep: a link (-1: none) and a perf event (-1: none) to be closed in the end.
 * dt_attach_event: puts the program on a perf event, which it takes in any case; 0 or negative errno. */
void dt_attach_keep(struct dt_kernel *k, int fd, int event);
int dt_attach_event(struct dt_kernel *k, struct ir_func *fn, int event, uint64_t cookie);
/* Two file descriptors for each event are soon more than the usual limit. */
void dt_attach_raise_files(void);
int dt_attach_perf(struct dt_kernel *k, struct ir_func *fn, int cpu);
int dt_attach_tracepoint(struct dt_kernel *k, struct ir_func *fn);
int dt_attach_fentry(struct dt_kernel *k, struct ir_func *fn);
int dt_attach_kprobe(struct dt_kernel *k, struct ir_func *fn);
int dt_attach_kprobe_multi(struct dt_kernel *k, struct ir_func *fn);
int dt_attach_uprobe(struct dt_kernel *k, struct ir_func *fn);
int dt_attach_uprobe_multi(struct dt_kernel *k, struct ir_func *fn);
/* The number in the first line of a file; negative errno. */
int64_t dt_read_number(const char *path);

/* Sets k->error to the text and what err means; returns err. */
int dt_kernel_fail(struct dt_kernel *k, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void dt_maps_close(struct ir_module *mod);

/* What a verifier's log says: the last words, and the instruction they are about (-1: none). */
struct dt_verdict {
	const char *text; /* in the arena; never NULL */
	int64_t insn;
};
struct dt_verdict dt_verifier_verdict(struct dt_arena *a, const char *log);

#endif
