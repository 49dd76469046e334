/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of consume/ share, and what its unit tests hold on to: the steps between the
 * kernel's memory and the printed line, each callable without a kernel.
 */
#ifndef DT_CONSUME_INTERNAL_H
#define DT_CONSUME_INTERNAL_H

#include "consume/consume.h"

/* dt_consumer.priv; malloc'd, since the consumer outlives many drains and the arena never shrinks.
 */
struct dt_cpriv {
	const struct dt_record *rec; /* being printed, for on_buffered */
	uint64_t *seen;              /* drops already reported: [ncpu][DT_DROP_COUNT] */
	uint64_t missed, late;       /* missed firings, missed samples already reported */
	uint64_t bad;                /* records that made no sense */
};

/* Everything but the buffers: what dt_consumer_open does first. Tests stop here. */
int dt_consumer_init(struct dt_consumer *c, struct dt_arena *a, const struct dt_manifest *m,
		     FILE *out);
void dt_consumer_fini(struct dt_consumer *c);

/* ---- dispatch.c ---- */
/* Prints one record; `data` is 8-aligned. A record that makes no sense is reported and skipped. */
int dt_dispatch(struct dt_consumer *c, uint32_t cpu, const void *data, uint32_t size);
/* Will printing it read or change aggregations? */
bool dt_dispatch_uses_aggs(const struct dt_consumer *c, const void *data, uint32_t size);
/* Reports and adds up what newer records took the place of. */
int dt_say_overwritten(struct dt_consumer *c, uint64_t n, uint32_t cpu);
/* An internal error of ours, on the way run-time errors go. */
int dt_consume_bug(struct dt_consumer *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- buffers.c ---- */
/* One CPU's buffer, of either kind, as mapped memory. */
struct dt_ring {
	bool perf;
	uint64_t *consumer; /* position up to which we have read */
	const uint64_t *producer;
	const unsigned char *data; /* ring buffer: mapped twice in a row */
	uint64_t size;             /* bytes, a power of two */
	uint64_t limit;            /* how far this drain reads */
	uint32_t cpu;
	uint64_t mapped;           /* ring buffer: bytes of data that are */
	/* perf, overwritten: written downwards from 0, never told how far we have read */
	bool overwrite, wrapped;
	uint64_t read;             /* *producer when we last read */
	uint64_t got;              /* records read */
	uint64_t *at;              /* positions of those to be printed, the newest first */
	uint32_t nat;
	int fd;                    /* perf event, or ring buffer */
	void *map[2];
	size_t maplen[2];
};
/* Sets r->limit to what is there now; true if a record in it needs the aggregations. */
bool dt_ring_scan(struct dt_consumer *c, struct dt_ring *r, unsigned char *copy);
/* Prints up to r->limit and frees the space. `copy`: DT_RING_COPY bytes, for perf samples. */
int dt_ring_drain(struct dt_consumer *c, struct dt_ring *r, unsigned char *copy);
#define DT_RING_COPY (65536 + 16)
/* The same for a buffer that is overwritten, while nobody writes to it. `scan`: 0 or -ENOMEM. */
int dt_ring_scan_back(struct dt_consumer *c, struct dt_ring *r, unsigned char *copy, bool *uses);
int dt_ring_drain_back(struct dt_consumer *c, struct dt_ring *r, unsigned char *copy);

/* ---- aggregate.c ---- */
struct dt_aggent {
	struct dt_aggent *next; /* of the same hash bucket */
	uint32_t hash, seq;
	unsigned char *key; /* whole key, leading 8 bytes zero; NULL for keyless */
	uint64_t *cell;     /* all CPUs folded; followed by one per CPU if asked for */
};

struct dt_aggvar {
	const struct dt_aggdesc *desc;
	struct dt_aggent **bucket;
	uint32_t nbuckets, n, nseq;
	uint64_t normal; /* 1: not normalized */
	bool printed, per_cpu;
	uint32_t room[2]; /* keyed: keys that each half in the kernel has room for */
};

struct dt_aggtable {
	struct dt_aggvar *vars;
	uint32_t n;
	uint64_t drops; /* of keys, until the last snapshot */
};

int dt_aggtable_new(struct dt_consumer *c);
void dt_aggtable_free(struct dt_consumer *c);
/* Adds one CPU's cell into the table. 0 or -ENOMEM. */
int dt_agg_fold(struct dt_consumer *c, uint32_t id, uint32_t cpu, const unsigned char *key,
		const uint64_t *cell);
/* The entry of `v` whose key equals `key`, laid out as `d` (perhaps another aggregation's); or
 * NULL. */
struct dt_aggent *dt_agg_find(const struct dt_consumer *c, const struct dt_aggvar *v,
			      const struct dt_aggdesc *d, const unsigned char *key, uint32_t hash);
/* All entries, in no order; malloc'd; NULL when out of memory. */
struct dt_aggent **dt_agg_entries(const struct dt_aggvar *v);
/* The number a cell stands for (count sum avg min max stddev), not normalized. */
int64_t dt_agg_value(const struct dt_aggdesc *d, const uint64_t *cell, uint64_t normal);

/* ---- agg_print.c ---- */
/* Order of two cells of one aggregation (AS-06). */
int dt_agg_cmp_value(const struct dt_aggdesc *d, const uint64_t *a, const uint64_t *b);
/* Order of two keys, with the keypos-th part first (AS-03, AS-04). */
int dt_agg_cmp_key(const struct dt_consumer *c, int keypos, const struct dt_aggdesc *d,
		   const unsigned char *x, const struct dt_aggdesc *e, const unsigned char *y);

/* ---- symbolize.c ---- */
int dt_symtab_new(struct dt_consumer *c);
void dt_symtab_free(struct dt_consumer *c);
/* Starts a new drain: what processes have mapped may have changed since the last. */
void dt_symtab_tick(struct dt_consumer *c);
/* A SYM or USYM field as text. */
void dt_sym_field(struct dt_consumer *c, const struct dt_field *f, const unsigned char *base,
		  char *buf, size_t len);
/* Rounds a SYM or USYM key field down to what it is merged by. */
void dt_sym_round(struct dt_consumer *c, const struct dt_field *f, unsigned char *base);
/* The process an address without one belongs to (%A): the first pinned, or 0. */
uint32_t dt_sym_target(const struct dt_consumer *c);

/* ---- output_text.c ---- */
int dt_out_bytes(struct dt_consumer *c, const void *p, size_t n);
/* Bytes as a string if they are one (OUT-12), padded to width (-1: bare); else a dump. */
int dt_out_rawbytes(struct dt_consumer *c, const unsigned char *p, uint32_t n, int width);
/* A string field's bytes, not necessarily terminated; n gets their number. "" if it is no string.
 */
const char *dt_field_str(const struct dt_consumer *c, const struct dt_field *f,
			 const unsigned char *base, uint32_t *n);

#endif
