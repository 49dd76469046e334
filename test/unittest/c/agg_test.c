/* SPDX-License-Identifier: BSD-2-Clause */
/* Aggregations: folding, values, layouts (7.1, 7.2, samples of 13), order (AS-*), printa (PF-17).
 */
#include <errno.h>
#include "check.h"
#include "consume_fake.h"

enum { COUNT, QUANT, LQUANT, LLQUANT, AVG, STDDEV, MIN, MAX, SUM, OTHER, NAGGS };

/* {cpu, 0, char name[16], int32 n, pad} */
static struct dt_field str_key[] = {
	{.kind = DT_FLD_STRING, .off = 8, .size = 16},
	{.kind = DT_FLD_INT, .off = 24, .size = 4, .is_signed = true},
};
/* the same with the string known at load time */
static struct dt_field id_key[] = {
	{.kind = DT_FLD_STRID, .off = 8, .size = 4},
	{.kind = DT_FLD_INT, .off = 16, .size = 8, .is_signed = true},
};

static struct dt_aggdesc descs[NAGGS] = {
	[COUNT] = {.kind = DT_AGG_COUNT,
		   .size = 8,
		   .keyed = true,
		   .keysize = 32,
		   .keys = {str_key, 2, 2}},
	[QUANT] = {.kind = DT_AGG_QUANTIZE, .size = 127 * 8},
	[LQUANT] = {.kind = DT_AGG_LQUANTIZE, .size = 5 * 8, .nbuckets = 5, .params = {0, 30, 10}},
	[LLQUANT] = {.kind = DT_AGG_LLQUANTIZE, .params = {10, 0, 1, 10}},
	[AVG] = {.kind = DT_AGG_AVG, .size = 16},
	[STDDEV] = {.kind = DT_AGG_STDDEV, .size = 32},
	[MIN] = {.kind = DT_AGG_MIN, .size = 16},
	[MAX] = {.kind = DT_AGG_MAX, .size = 16},
	[SUM] = {.kind = DT_AGG_SUM, .size = 8},
	[OTHER] = {.kind = DT_AGG_SUM,
		   .size = 8,
		   .keyed = true,
		   .keysize = 24,
		   .keys = {id_key, 2, 2}},
};
static struct dt_aggdesc *desc_ptrs[NAGGS];
static struct fake fk;

static void add(uint32_t id, uint32_t cpu, const char *name, int32_t n, int64_t v)
{
	unsigned char key[32] = {0};
	uint64_t cell[1] = {(uint64_t)v};

	memcpy(key, &cpu, 4);
	strcpy((char *)key + 8, name);
	memcpy(key + 24, &n, 4);
	/* what lies behind the NUL is not part of the key */
	key[8 + strlen(name) + 1] = (unsigned char)(cpu + 1);
	CHECK(dt_agg_fold(&fk.c, id, cpu, key, cell) == 0);
}

static const char *printa(const char *fmt, uint32_t n, const uint32_t *ids)
{
	enum dt_tag tag;
	const char *msg;
	struct dt_format *f =
		fmt ? dt_format_parse(fk.arena, fmt, (uint32_t)strlen(fmt), true, &tag, &msg)
		    : NULL;

	CHECK(dt_agg_printa(&fk.c, f, ids, n) == 0);
	return fake_text(&fk);
}
#define PRINTA(fmt, ...) \
	printa(fmt, sizeof((uint32_t[]){__VA_ARGS__}) / 4, (uint32_t[]){__VA_ARGS__})

static void golden_count(void)
{
	add(COUNT, 0, "sshd", 4, 100);
	add(COUNT, 1, "sshd", 4, 50);
	add(COUNT, 1, "bash", 3, 12);
	CHECK_STR(
		PRINTA(NULL, COUNT),
		"\n"
		"  bash                                                      3               12\n"
		"  sshd                                                      4              150\n");
	CHECK_STR(PRINTA("%s/%d=%@d %@u\n", COUNT), "bash/3=12 12\nsshd/4=150 150\n");
	CHECK_STR(PRINTA("%@5d %-6s|\n", COUNT), "   12 bash  |\n  150 sshd  |\n");
}

static void golden_quantize(void)
{
	uint64_t cell[127] = {0};

	cell[64] = 3;
	cell[65] = 9;
	cell[66] = 1;
	CHECK(dt_agg_fold(&fk.c, QUANT, 0, NULL, cell) == 0);
	CHECK_STR(PRINTA("%@d\n", QUANT),
		  "\n"
		  "           value  ------------- Distribution ------------- count    \n"
		  "               0 |                                         0        \n"
		  "               1 |@@@@@@@@@                                3        \n"
		  "               2 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@             9        \n"
		  "               4 |@@@                                      1        \n"
		  "               8 |                                         0        \n"
		  "\n");
	dt_agg_clear(&fk.c, QUANT);
	CHECK_STR(PRINTA("%@d", QUANT),
		  "\n"
		  "           value  ------------- Distribution ------------- count    \n"
		  "              -1 |                                         0        \n"
		  "               0 |                                         0        \n"
		  "               1 |                                         0        \n");
	memset(cell, 0, sizeof(cell));
	cell[64] = (uint64_t)-2;
	cell[65] = 6;
	CHECK(dt_agg_fold(&fk.c, QUANT, 1, NULL, cell) == 0);
	CHECK_STR(PRINTA("%@d", QUANT),
		  "\n"
		  "           value  ------------- Distribution ------------- count    \n"
		  "               0                     |                     0        \n"
		  "               1                @@@@@|                     -2       \n"
		  "               2                     |@@@@@@@@@@@@@@@      6        \n"
		  "               4                     |                     0        \n");
	cell[64] = 0;
	cell[65] = (uint64_t)-10;
	CHECK(dt_agg_fold(&fk.c, QUANT, 1, NULL, cell) == 0);
	dt_agg_normalize(&fk.c, QUANT, 2);
	CHECK_STR(PRINTA("%@d", QUANT),
		  "\n"
		  "           value  ------------- Distribution ------------- count    \n"
		  "               0                                         | 0        \n"
		  "               1                            @@@@@@@@@@@@@| -1       \n"
		  "               2              @@@@@@@@@@@@@@@@@@@@@@@@@@@| -2       \n"
		  "               4                                         | 0        \n");
}

static void golden_lquantize(void)
{
	uint64_t cell[5] = {0, 2, 0, 5, 1};

	CHECK(dt_agg_fold(&fk.c, LQUANT, 0, NULL, cell) == 0);
	CHECK_STR(PRINTA("%@d\n", LQUANT),
		  "\n"
		  "           value  ------------- Distribution ------------- count    \n"
		  "             < 0 |                                         0        \n"
		  "               0 |@@@@@@@@@@                               2        \n"
		  "              10 |                                         0        \n"
		  "              20 |@@@@@@@@@@@@@@@@@@@@@@@@@                5        \n"
		  "           >= 30 |@@@@@                                    1        \n"
		  "\n");
}

static void llquantize(void)
{
	struct dt_aggdesc *d = &descs[LLQUANT];
	uint64_t *cell = calloc(d->nbuckets, 8);

	cell[dt_llquant_bucket(10, 0, 1, 10, 0)] = 1;
	cell[dt_llquant_bucket(10, 0, 1, 10, 2)] = 2;
	cell[dt_llquant_bucket(10, 0, 1, 10, 3)] = 1;
	CHECK(dt_agg_fold(&fk.c, LLQUANT, 0, NULL, cell) == 0);
	CHECK_STR(PRINTA("%@d", LLQUANT),
		  "\n"
		  "           value  ------------- Distribution ------------- count    \n"
		  "              -1 |                                         0        \n"
		  "               0 |@@@@@@@@@@                               1        \n"
		  "               1 |                                         0        \n"
		  "               2 |@@@@@@@@@@@@@@@@@@@@                     2        \n"
		  "               3 |@@@@@@@@@@                               1        \n"
		  "               4 |                                         0        \n");
	dt_agg_trunc(&fk.c, LLQUANT, true, 0);
	memset(cell, 0, d->nbuckets * 8);
	cell[dt_llquant_bucket(10, 0, 1, 10, 95)] = 1;
	cell[dt_llquant_bucket(10, 0, 1, 10, 100)] = 1;
	CHECK(dt_agg_fold(&fk.c, LLQUANT, 0, NULL, cell) == 0);
	CHECK_STR(PRINTA("%@d", LLQUANT),
		  "\n"
		  "           value  ------------- Distribution ------------- count    \n"
		  "              80 |                                         0        \n"
		  "              90 |@@@@@@@@@@@@@@@@@@@@                     1        \n"
		  "          >= 100 |@@@@@@@@@@@@@@@@@@@@                     1        \n");
	memset(cell, 0, d->nbuckets * 8);
	cell[dt_llquant_bucket(10, 0, 1, 10, -1000)] = 1;
	dt_agg_trunc(&fk.c, LLQUANT, true, 0);
	CHECK(dt_agg_fold(&fk.c, LLQUANT, 0, NULL, cell) == 0);
	CHECK_STR(PRINTA("%@d", LLQUANT),
		  "\n"
		  "           value  ------------- Distribution ------------- count    \n"
		  "         <= -100 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 1        \n"
		  "             -90 |                                         0        \n");
	free(cell);
}

static void numbers(void)
{
	uint64_t avg[2] = {3, (uint64_t)-10}, dev[4] = {4, 40, 0, 0}, m[2];

	CHECK(dt_agg_value(&descs[AVG], avg, 1) == -3);
	/* 5 5 15 15: mean 10, deviation 5 */
	dev[2] = 25 + 25 + 225 + 225;
	CHECK(dt_agg_value(&descs[STDDEV], dev, 1) == 5);
	/* +-2^62: the squares need 128 bits */
	dev[0] = 2;
	dev[1] = 0;
	dev[2] = 0;
	dev[3] = 1ull << 61;
	CHECK(dt_agg_value(&descs[STDDEV], dev, 1) == (int64_t)1 << 62);
	for (int cpu = 0; cpu < 2; cpu++) {
		m[1] = 1;
		m[0] = (uint64_t)(cpu ? -7 : 3) ^ DT_AGG_MIN_KEY;
		CHECK(dt_agg_fold(&fk.c, MIN, (uint32_t)cpu, NULL, m) == 0);
		m[0] = (uint64_t)(cpu ? -7 : -9) ^ DT_AGG_MAX_KEY;
		CHECK(dt_agg_fold(&fk.c, MAX, (uint32_t)cpu, NULL, m) == 0);
	}
	CHECK_STR(PRINTA("%@d %@d", MIN, MAX), "-7 -7");
	dt_agg_clear(&fk.c, MAX);
	CHECK_STR(PRINTA(NULL, MIN, MAX), "\n               -7                0\n");
	avg[1] = 1000;
	CHECK(dt_agg_fold(&fk.c, SUM, 0, NULL, &avg[1]) == 0);
	dt_agg_normalize(&fk.c, SUM, 10);
	dt_agg_normalize(&fk.c, SUM, 0); /* cannot be; ignored */
	CHECK_STR(PRINTA("%@d", SUM), "100");
	dt_agg_normalize(&fk.c, SUM, UINT64_MAX);
	CHECK_STR(PRINTA("%@d", SUM), "0");
}

static void order(void)
{
	dt_agg_trunc(&fk.c, COUNT, true, 0);
	CHECK_STR(PRINTA("%s\n", COUNT), "");
	add(COUNT, 0, "b", 1, 5);
	add(COUNT, 0, "a", -1, 5);
	add(COUNT, 0, "c", 2, 1);
	add(COUNT, 0, "d", 0, 9);
	CHECK_STR(PRINTA("%s ", COUNT), "c a b d ");
	fk.c.opts.aggsortrev = true;
	CHECK_STR(PRINTA("%s ", COUNT), "d b a c ");
	fk.c.opts.aggsortkey = true;
	CHECK_STR(PRINTA("%s ", COUNT), "d c b a ");
	fk.c.opts.aggsortrev = false;
	fk.c.opts.aggsortkeypos = 1; /* numbers unsigned: -1 is the largest */
	CHECK_STR(PRINTA("%s ", COUNT), "d b c a ");
	fk.c.opts.aggsortkeypos = 7;
	CHECK_STR(PRINTA("%s ", COUNT), "a b c d ");
	fk.c.opts.aggsortkey = false;
	fk.c.opts.aggsortkeypos = 0;
	dt_agg_trunc(&fk.c, COUNT, false, 3);
	CHECK_STR(PRINTA("%s ", COUNT), "a b d ");
	dt_agg_trunc(&fk.c, COUNT, false, -2);
	CHECK_STR(PRINTA("%s ", COUNT), "a b ");
	dt_agg_trunc(&fk.c, COUNT, false, INT64_MIN);
	CHECK_STR(PRINTA("%s ", COUNT), "a b ");
	dt_agg_clear(&fk.c, COUNT);
	CHECK_STR(PRINTA("%s=%@d ", COUNT), "a=0 b=0 ");
}

/* AS-07: keys of the other are laid out differently, but print alike. */
static void joined(void)
{
	unsigned char key[24] = {0};
	uint64_t v = 70;
	uint32_t id = 1;
	int64_t n = -1;

	memcpy(key + 8, &id, 4);
	memcpy(key + 16, &n, 8);
	CHECK(dt_agg_fold(&fk.c, OTHER, 0, key, &v) == 0); /* "a", -1 */
	id = 3;
	v = -2;
	memcpy(key + 8, &id, 4);
	CHECK(dt_agg_fold(&fk.c, OTHER, 0, key, &v) == 0); /* "z", -1 */
	add(COUNT, 0, "a", -1, 4);
	CHECK_STR(PRINTA("%s %d %@d %@d %@d\n", COUNT, OTHER),
		  "z -1 0 -2 -2\nb 1 0 0 0\na -1 4 70 70\n");
	fk.c.opts.aggsortpos = 1;
	CHECK_STR(PRINTA("%s ", COUNT, OTHER), "z b a ");
	fk.c.opts.aggsortpos = 0;
}

static void at_exit(void)
{
	struct dt_aggdesc two[2] = {{.kind = DT_AGG_SUM, .size = 8},
				    {.kind = DT_AGG_COUNT, .size = 8}};
	struct dt_aggdesc *ptr[2] = {&two[0], &two[1]};
	struct fake g = {.m = {.aggs = ptr, .naggs = 2}};
	uint64_t v = 4;

	g.c.opts.aggpercpu = true;
	fake_open(&g);
	CHECK(dt_agg_fold(&g.c, 0, 1, NULL, &v) == 0);
	CHECK(dt_agg_fold(&g.c, 1, 0, NULL, &v) == 0);
	CHECK(dt_agg_fold(&g.c, 2, 0, NULL, &v) == -EINVAL);
	CHECK(dt_agg_printa(&g.c, NULL, (uint32_t[]){1}, 1) == 0);
	CHECK_STR(fake_text(&g), "\n                4\n    [CPU 0]                4\n    [CPU 1]   "
				 "             0\n");
	CHECK(dt_agg_print_all(&g.c) == 0); /* only what printa did not */
	CHECK_STR(
		fake_text(&g),
		"                4\n    [CPU 0]                0\n    [CPU 1]                4\n");
	fake_close(&g);
}

int main(void)
{
	descs[LLQUANT].nbuckets = dt_llquant_nbuckets(10, 0, 1, 10);
	descs[LLQUANT].size = descs[LLQUANT].nbuckets * 8;
	for (int i = 0; i < NAGGS; i++)
		desc_ptrs[i] = &descs[i];
	fk.m.aggs = desc_ptrs;
	fk.m.naggs = NAGGS;
	fk.m.strtab = "\0a\0z";
	fk.m.strtab_size = 5;
	fake_open(&fk);
	golden_count();
	golden_quantize();
	golden_lquantize();
	llquantize();
	numbers();
	order();
	joined();
	at_exit();
	fake_close(&fk);
	return check_summary();
}
