/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The consumer: records and aggregations out of the kernel, in order, to a stream or a handler.
 *
 * It reads what record/record.h describes and knows nothing of how it was written.
 */
#ifndef DT_CONSUME_CONSUME_H
#define DT_CONSUME_CONSUME_H

#include <stdio.h>
#include "base/vec.h"
#include "probe/provider.h"
#include "record/record.h"

struct dt_aggtable;	/* aggregate.c */
struct dt_symtab;	/* symbolize.c */
struct dt_buffers;	/* buffers.c */
struct dt_mapdef;

/* What the compilation hands to the consumer; all of it outlives it. */
struct dt_manifest {
	struct dt_clausedesc *const *clauses;	uint32_t nclauses;
	struct dt_probe *const *probes;		uint32_t nprobes;   /* by dense index */
	struct dt_aggdesc *const *aggs;		uint32_t naggs;
	const char *strtab;			uint32_t strtab_size;
	struct dt_state *state;			/* mapped */
	struct dt_cpustats *stats;		/* mapped; [ncpu] */
	uint32_t ncpu;
	struct dt_mapdef *m_rings, *m_perf, *m_aggs; /* fds; NULL: not used */
	struct dt_mapdef *m_ring;		/* without m_rings: the only ring, */
	uint32_t ring_cpu;			/* and its CPU */
	struct dt_mapdef *const *maps;		/* by number, for dt_aggdesc.map */
	bool perf_sink;
	bool held;			/* buffers are read when tracing has ended: nobody waits for them */
	bool overwrite;			/* perf buffers keep the newest records */
	uint64_t bufsize;			/* bytes per CPU */
	/* waits until running programs have finished: bpf/load.h's, passed in since consume/ is lower
	 * than nobody and should not know bpf/ */
	int (*grace)(void *arg);
	uint64_t (*missed)(void *arg);	/* recursion misses so far, over all programs */
	/* puts a larger inner map in the place of an idle half; NULL: aggregations don't grow */
	int (*grow)(void *arg, struct dt_mapdef *map, uint32_t half, uint32_t entries);
	void *arg;
};

/* How things are printed; the dynamic options, changed by setopt(). */
struct dt_outopts {
	bool quiet, flowindent, rawbytes, noresolve, droptags, aggpercpu;
	bool aggsortrev, aggsortkey;
	int aggsortkeypos, aggsortpos, stackindent;
	bool testing;		/* _DTRACE_TESTING (OUT-23) */
};

/* A record as the consumer sees it while its parts are printed. */
struct dt_record {
	const struct dt_rechdr *hdr;
	const unsigned char *data; /* = hdr: field offsets count from here */
	uint32_t size, cpu;
	struct dt_probe *probe;
	const struct dt_clausedesc *clause;
	const struct dt_recact *act; /* the part being printed */
};

struct dt_consumer {
	struct dt_arena *arena;
	const struct dt_manifest *m;
	struct dt_outopts opts;
	FILE *out;
	struct dt_aggtable *aggs;
	struct dt_symtab *syms;
	struct dt_buffers *bufs;
	bool exit_seen;		/* an exit() record was consumed */
	int exit_status;
	bool header_done;
	uint64_t received;	/* records consumed, error records included */
	uint64_t overwritten;	/* records that newer ones took the place of */
	/* for -F */
	int indent;
	uint32_t flow_probe, flow_clause;
	/* Handlers; NULL = to the streams. Returning non-zero stops consuming. */
	int (*on_error)(void *arg, const char *line);	/* run-time error, one line */
	int (*on_drop)(void *arg, const char *line);
	int (*on_buffered)(void *arg, const char *text, const struct dt_record *r);
	void *handler_arg;
	void *priv;
};

/* ---- buffers.c, dispatch.c ---- */
/* Opens the buffers. 0 or negative errno. Must precede attaching. */
int dt_consumer_open(struct dt_consumer *c, struct dt_arena *a, const struct dt_manifest *m, FILE *out);
void dt_consumer_close(struct dt_consumer *c);
/* Descriptors to poll for readable data; returns how many were written to fds (at most max). */
int dt_consumer_fds(struct dt_consumer *c, int *fds, int max);
/* Drains every CPU once, up to what is there now; prints. Returns 0, or negative errno (-EPIPE ...). */
int dt_consumer_drain(struct dt_consumer *c);
/* Reports drops that are new since the last call (stderr or handler). */
int dt_consumer_status(struct dt_consumer *c);
/* After the last drain: reports, and accounts for, what was overwritten. */
int dt_consumer_settle(struct dt_consumer *c);
/* At the end: attempts = emitted + drops, emitted = received + overwritten. Text of a mismatch in *why, or
 * true. */
bool dt_consumer_balanced(struct dt_consumer *c, char *why, size_t len);

/* ---- aggregate.c ---- */
/* Takes a snapshot: flips, waits, folds the idle half into the table. 0 or negative errno. */
int dt_agg_snapshot(struct dt_consumer *c);
void dt_agg_clear(struct dt_consumer *c, uint32_t id);
void dt_agg_trunc(struct dt_consumer *c, uint32_t id, bool all, int64_t n);
void dt_agg_normalize(struct dt_consumer *c, uint32_t id, uint64_t factor); /* 1 = denormalize */
/* printa(): one or several aggregations, with a compiled format (format.h) or NULL for the default. */
struct dt_format;
int dt_agg_printa(struct dt_consumer *c, const struct dt_format *f, const uint32_t *ids, uint32_t n);
/* At exit: every aggregation that printa never printed, in the default layout. */
int dt_agg_print_all(struct dt_consumer *c);

/* ---- symbolize.c: text into buf; always succeeds (hex at worst) ---- */
void dt_sym_kernel(struct dt_consumer *c, uint64_t addr, char *buf, size_t len); /* mod`sym+0x1 */
void dt_sym_user(struct dt_consumer *c, uint32_t pid, uint64_t addr, char *buf, size_t len);
/* A process that must not be forgotten when it exits (-c, -p): its mappings are read now. */
void dt_sym_pin(struct dt_consumer *c, uint32_t pid);
/* Address of a kernel symbol from kallsyms; module NULL = any; 0 = unknown. For `sym in programs. */
uint64_t dt_kallsyms_address(const char *module, const char *name);
/* What functions of the kernel, by name, extend over; those that are not there: no length. */
struct dt_extent;
void dt_kallsyms_extents(const char *const names[], struct dt_extent *out, unsigned n);

/* ---- output_text.c: pieces the actions print with; all return 0 or negative errno ----
 * `p` is where the field's bytes are (rec->data + f->off); `base` is where offsets count from. */
int dt_out(struct dt_consumer *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int dt_out_trace(struct dt_consumer *c, const struct dt_field *f, const unsigned char *p); /* OUT-09..12 */
int dt_out_hexdump(struct dt_consumer *c, const unsigned char *p, uint32_t n); /* OUT-13 */
int dt_out_stack(struct dt_consumer *c, const struct dt_field *f, const unsigned char *p, int indent);
/* An integer field's value, extended by its sign. */
int64_t dt_field_int(const struct dt_field *f, const unsigned char *base);

#endif
