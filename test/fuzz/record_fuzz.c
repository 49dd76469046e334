/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: any bytes as the content of a buffer. The first byte picks the kind of buffer, the
 * next two the positions; the rest is the data. Built with -DSTANDALONE it runs on files, or for
 * a number of rounds on bytes of its own making.
 */
#include <stdlib.h>
#include <string.h>
#include "../unittest/c/consume_fake.h"
#include "sema/func.h"

#define SIZE 4096u

static int print(struct dt_consumer *c, const struct dt_record *rec)
{
	int r = 0;

	for (uint32_t i = 0; i < rec->act->fields.n && !r; i++)
		r = dt_out_trace(c, &rec->act->fields.v[i], rec->data + rec->act->fields.v[i].off);
	return r;
}

static const struct dt_func fn = {.name = "any", .print = print},
			    fn_agg = {.name = "clear", .flags = DT_FF_AGGUSE};
static struct dt_field fields[] = {
	{.kind = DT_FLD_INT, .off = 16, .size = 8},
	{.kind = DT_FLD_STRID, .off = 24, .size = 4},
	{.kind = DT_FLD_STRING, .off = 28, .size = 12},
	{.kind = DT_FLD_BYTES, .off = 40, .size = 16},
	{.kind = DT_FLD_STACK, .off = 56, .size = 24},
	{.kind = DT_FLD_USTACK, .off = 56, .size = 24},
	{.kind = DT_FLD_USYM, .off = 56, .size = 16},
};
static struct dt_recact acts[] = {{&fn, NULL, 0, {fields, 7, 7}}, {&fn_agg, NULL, 1, {0}}};
static struct dt_clausedesc clause = {.size = 80, .has_mask = true, .acts = {acts, 2, 2}};
static struct dt_probe probe = {.id = 1, .prov = "p", .mod = "m", .func = "f", .name = "entry"};
static struct dt_clausedesc *clauses[] = {&clause, NULL};
static struct dt_probe *probes[] = {&probe, NULL};

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	struct fake f = {.m = {.clauses = clauses,
			       .nclauses = 2,
			       .probes = probes,
			       .nprobes = 2,
			       .strtab = "\0text",
			       .strtab_size = 6}};
	unsigned char *data = aligned_alloc(16, 2 * SIZE), *copy = aligned_alloc(16, DT_RING_COPY);
	uint64_t cons, prod;
	struct dt_ring r = {.consumer = &cons,
			    .producer = &prod,
			    .data = data,
			    .size = SIZE,
			    .mapped = 2 * SIZE};

	if (n >= 3) {
		fake_open(&f);
		memset(data, 0, 2 * SIZE);
		cons = (uint64_t)in[1] * 8;
		prod = cons + (uint64_t)in[2] * 24;
		r.perf = in[0] & 1;
		f.c.opts.flowindent = in[0] & 2;
		/* every consumer that resolves a symbol reads all of kallsyms: only some do */
		f.c.opts.noresolve = in[0] & 0xfc || in[1] & 0xf;
		for (size_t i = 3; i < n && i < SIZE; i++)
			data[(cons + i - 3) % SIZE] = in[i];
		memcpy(data + SIZE, data, SIZE);
		for (int round = 0; round < 3; round++) {
			dt_ring_scan(&f.c, &r, copy);
			dt_ring_drain(&f.c, &r, copy);
		}
		fake_close(&f);
	}
	free(data);
	free(copy);
	return 0;
}

#ifdef STANDALONE
int main(int argc, char **argv)
{
	static uint8_t buf[SIZE + 3];
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 0) : 1000;
	uint32_t x = 1;

	for (int i = 1; !rounds && i < argc; i++) {
		FILE *f = fopen(argv[i], "r");

		if (!f)
			return 1;
		LLVMFuzzerTestOneInput(buf, fread(buf, 1, sizeof(buf), f));
		fclose(f);
	}
	while (rounds--) {
		for (size_t i = 0; i < sizeof(buf); i++) {
			x = x * 1664525 + 1013904223;
			buf[i] = (uint8_t)(x >> 24);
		}
		/* mostly sane headers, so that it gets past them: {length, 0} clause 0, probe 0;
		 * or {type 9, size 96} {raw size} clause 0, probe 0 */
		for (size_t i = 3; i + 20 < sizeof(buf); i += 96) {
			uint32_t rb[] = {88, 0, 0, 0}, perf[] = {9, 96u << 16, 80, 0, 0};

			if (!(buf[i] & 7))
				continue;
			if (buf[0] & 1)
				memcpy(buf + i, perf, sizeof(perf));
			else
				memcpy(buf + i, rb, sizeof(rb));
		}
		LLVMFuzzerTestOneInput(buf, sizeof(buf));
	}
	return 0;
}
#endif
