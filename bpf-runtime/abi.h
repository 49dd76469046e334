/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel side (generated code, bpf-runtime) and the user side share: the layouts of the
 * maps that every program uses. Compiled by both compilers; the sizes are asserted.
 *
 *   dt_state     one element, mmapable: the state word and what the consumer tells the programs
 *   dt_stats     one element, mmapable: struct dt_cpustats[ncpu]
 *   dt_slots     array of ncpu * DT_NSLOTS scratch slots of DT_SLOT_SIZE bytes
 *   dt_rings     array of maps: one BPF ring buffer per CPU (default sink)
 *   dt_perf      perf event array (the other sink)
 *   dt_strtab    one element, read-only, frozen: NUL-terminated strings; a string id is an offset
 */
#ifndef DT_ABI_H
#define DT_ABI_H

#ifdef __bpf__
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long long uint64_t;
typedef int int32_t;
typedef long long int64_t;
#define DT_ASSERT_SIZE(T, n) _Static_assert(sizeof(T) == (n), #T)
#else
#include <assert.h>
#include <stdint.h>
#define DT_ASSERT_SIZE(T, n) static_assert(sizeof(T) == (n), #T)
#endif

enum dt_run_state { DT_LOADING = 0, DT_ACTIVE = 1, DT_STOPPED = 2 };

struct dt_state {
	uint32_t state;		/* enum dt_run_state: first thing every program reads */
	uint32_t agg_active;	/* 0 or 1: which half of the aggregations is written to */
	uint32_t exit_called;	/* set by exit() */
	int32_t exit_status;
	int64_t wall_offset;	/* walltimestamp = monotonic + this */
	uint32_t consumer_pid;
	uint32_t wakeup_bytes;	/* watermark: a ring with this much unread wakes the consumer */
	uint64_t spec_state;	/* reserved for speculations */
	uint64_t rand_state;
	uint64_t pad[2];
};
DT_ASSERT_SIZE(struct dt_state, 64);

enum dt_drop_cause {
	DT_DROP_PRINCIPAL,  /* no room in the buffer */
	DT_DROP_AGG,	    /* no room for a new key */
	DT_DROP_DYNVAR,	    /* no room for a dynamic variable */
	DT_DROP_SCRATCH,    /* no free scratch slot */
	DT_DROP_DBLERROR,   /* a fault inside ERROR */
	DT_DROP_SPEC, DT_DROP_SPECBUSY, DT_DROP_SPECUNAVAIL,
	DT_DROP_STKSTR,
	DT_DROP_COUNT
};

/* One cache line pair per CPU. Every output either adds to emitted or to one drop. */
struct dt_cpustats {
	uint64_t emitted;		/* records that went into the buffer */
	uint64_t drops[DT_DROP_COUNT];
	uint64_t errors;		/* error records among the emitted */
	int64_t missed;			/* firings that did not take place, where providers find out */
	uint64_t pad[16 - 3 - DT_DROP_COUNT];
};
DT_ASSERT_SIZE(struct dt_cpustats, 128);

#define DT_NSLOTS 4

/* The first bytes of a slot. After it: this-> variables, temporaries, alloca space. */
struct dt_slot {
	uint32_t busy;		/* claimed by compare-and-exchange */
	uint32_t index;		/* its own number, so that runtime functions can be told */
	/* the fault being handled, for ERROR's arg1..arg5 */
	uint32_t f_in_error;	/* a fault now is a double fault */
	uint32_t f_code;
	uint64_t f_probe;	/* probe id */
	uint64_t f_action;
	int64_t f_pc;
	uint64_t f_addr;
	uint64_t f_epid;
	uint64_t alloca_top;	/* next free byte of the alloca space, offset in the slot */
};
DT_ASSERT_SIZE(struct dt_slot, 64);

enum dt_fault_field { DT_FLTF_EPID, DT_FLTF_PROBE, DT_FLTF_ACTION, DT_FLTF_PC, DT_FLTF_CODE, DT_FLTF_ADDR };

enum dt_fault {
	DTRACEFLT_UNKNOWN, DTRACEFLT_BADADDR, DTRACEFLT_BADALIGN, DTRACEFLT_ILLOP,
	DTRACEFLT_DIVZERO, DTRACEFLT_NOSCRATCH, DTRACEFLT_KPRIV, DTRACEFLT_UPRIV,
	DTRACEFLT_TUPOFLOW, DTRACEFLT_BADSTACK, DTRACEFLT_BADSIZE, DTRACEFLT_BADINDEX,
	DTRACEFLT_LIBRARY
};

/* Every record starts with this. clause is dt_clause.index, or DT_REC_ERROR. */
struct dt_rechdr {
	uint32_t clause;
	uint32_t probe; /* dense probe index (struct dt_probe.index) */
};
DT_ASSERT_SIZE(struct dt_rechdr, 8);

#define DT_REC_ERROR 0xffffffffu

struct dt_errrec {
	struct dt_rechdr h;	/* clause = DT_REC_ERROR, probe = the faulting one */
	uint32_t clause;	/* the faulting clause */
	uint32_t code;		/* enum dt_fault */
	uint64_t addr;		/* address, size or index, by code; ~0 = none */
	int64_t pc;		/* instruction, or -1 */
	uint32_t action;	/* statement number from 1; 0 = predicate */
	uint32_t pad;
};
DT_ASSERT_SIZE(struct dt_errrec, 40);

/* A quantize() has 127 buckets: index 63 is 0, 64 is 1, 65 is 2, 66 is 4 ...; 62 is -1, 61 is -2. */
#define DT_QUANT_BUCKETS 127
#define DT_QUANT_ZERO 63

#endif
