/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The layout of records and aggregations: the one contract between the code generator, which
 * writes them, and the consumer, which reads them. Neither knows the other.
 *
 * A record:
 *
 *	0           8           16                    ...
 *	| dt_rechdr | [u64 mask] | fields, each aligned to its size (8 at most) |
 *
 * mask (clauses with actions inside if/else): bit k set = action k ran. An action's fields are at
 * fixed offsets whether it ran or not; those of one that didn't are undefined, and never printed.
 */
#ifndef DT_RECORD_RECORD_H
#define DT_RECORD_RECORD_H

#include <stdbool.h>
#include "base/vec.h"
#include "types/type.h"
#include "abi.h"

struct dt_func;
struct dt_agg;

enum dt_field_kind {
	DT_FLD_INT,	/* size 1 2 4 8; type says sign */
	DT_FLD_STRID,	/* 4 bytes: string id */
	DT_FLD_STRING,	/* NUL-terminated bytes in `size` */
	DT_FLD_BYTES,	/* raw memory (tracemem, arrays, structs by value) */
	DT_FLD_STACK,	/* u64 frames[size / 8], ended by 0 or the size */
	DT_FLD_USTACK,	/* u64 tgid, then frames */
	DT_FLD_SYM,	/* u64 kernel address */
	DT_FLD_USYM,	/* u64 tgid, u64 user address */
};

struct dt_field {
	enum dt_field_kind kind;
	uint32_t off, size;	/* in the record, or in the key */
	const struct dt_type *type; /* D type of the value; may be NULL */
	bool is_signed;
	uint8_t resolve;	/* SYM, USYM: enum dt_resolve */
};

/* What an address is printed as; in keys it is also what addresses are merged by. */
enum dt_resolve {
	DT_RSV_SYM,	/* sym func usym ufunc: mod`sym */
	DT_RSV_MOD,	/* mod umod: mod */
	DT_RSV_ADDR,	/* uaddr: mod`sym+0x1 */
};

/* One data-recording call of a clause. */
struct dt_recact {
	const struct dt_func *func;
	void *arg;		/* what check() left in call->action */
	uint32_t bit;		/* its bit in the mask = its number in the clause */
	DT_VEC(struct dt_field) fields;
};

struct dt_clausedesc {
	uint32_t index;		/* dt_clause.index */
	bool has_mask;
	uint32_t size;		/* bytes of the whole record, a multiple of 8 */
	DT_VEC(struct dt_recact) acts; /* empty: the default action's empty record */
	bool emits;		/* false: the clause never emits (only updates state) */
};

/* ------------------------------------------------------------------ aggregations
 *
 * Keyless: cells of all keyless aggregations lie in one mmapable array,
 *	base[half][cpu] at (half * ncpu + cpu) * stride + desc->off, desc->size bytes.
 * Keyed: a hash whose key is {u32 cpu; u32 0; key fields...} and whose value is the cell; two such
 * hashes, elements 0 and 1 of an array of maps, selected by dt_state.agg_active.
 *
 * Cells, all u64 (or i64), updated by atomic adds:
 *	count  {n}            sum {s}           avg {n, sum}      min, max {value ^ KEY, seen}
 *	stddev {n, sum, sumsq_lo, sumsq_hi}     quantize {bucket[127]}
 *	lquantize, llquantize {bucket[nbuckets]}
 * Cells of quantizers are sums of the increments. A keyless cell is preceded by a u64 `touched`, which
 * tells a cell that was never updated from one that sums to 0 (count does not set it: n != 0 does).
 *
 * min and max keep value ^ DT_AGG_MIN_KEY or DT_AGG_MAX_KEY and take the unsigned maximum of that: so
 * a cell of zeros is the neutral element, and no update, however nested, can lose the first one.
 */
#define DT_AGG_MIN_KEY 0x7fffffffffffffffull
#define DT_AGG_MAX_KEY 0x8000000000000000ull

enum dt_aggkind {
	DT_AGG_COUNT, DT_AGG_SUM, DT_AGG_AVG, DT_AGG_MIN, DT_AGG_MAX, DT_AGG_STDDEV,
	DT_AGG_QUANTIZE, DT_AGG_LQUANTIZE, DT_AGG_LLQUANTIZE,
};

struct dt_aggdesc {
	const char *name;
	uint32_t id;
	enum dt_aggkind kind;
	bool is_signed;		/* of the value, for printing */
	int64_t params[4];
	uint32_t nbuckets;	/* quantizers */
	uint32_t size;		/* bytes of a cell */
	bool keyed;
	uint32_t off;		/* keyless: of the cell in a CPU's stride; `touched` at off, cell at off + 8 */
	uint32_t keysize;	/* keyed: whole key, with the leading {cpu, 0} */
	DT_VEC(struct dt_field) keys; /* offsets from the start of the whole key */
	uint32_t map;		/* keyed: number of its array of maps among the image's maps */
};

/*
 * llquantize's buckets (spec 7.4), the same on both sides, in order of value. With
 * n = (hmag - lmag + 1) * (steps - steps / factor):
 *	0  v <= -factor^(hmag+1)     1..n  negative     n+1  |v| < factor^lmag     n+2..2n+1  positive
 *	2n+2  v >= factor^(hmag+1)
 * v > 0 in magnitude m is in bucket n+2 + (m - lmag) * (steps - steps / factor) + (v - factor^m) / width,
 * width = factor^(m+1) / steps, at least 1 (then the last ones of the magnitude stay empty);
 * bucket(-v) = 2n+2 - bucket(v).
 */
uint32_t dt_llquant_nbuckets(int64_t factor, int64_t lmag, int64_t hmag, int64_t steps);
uint32_t dt_llquant_bucket(int64_t factor, int64_t lmag, int64_t hmag, int64_t steps, int64_t v);

/* Lays out fields one after another, aligned; returns the offset of the new one. */
uint32_t dt_layout_add(uint32_t *end, uint32_t size);

#endif
