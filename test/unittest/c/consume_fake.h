/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A consumer without a kernel: a manifest made by hand, and output caught in memory.
 */
#ifndef TEST_UNITTEST_C_CONSUME_FAKE_H
#define TEST_UNITTEST_C_CONSUME_FAKE_H

#include <stdlib.h>
#include "consume/format.h"
#include "consume/internal.h"

#define FAKE_NCPU 2u

struct fake {
	struct dt_manifest m;
	struct dt_consumer c;
	struct dt_arena *arena;
	struct dt_state state;
	struct dt_cpustats stats[FAKE_NCPU];
	char *text;
	size_t len;
	char last[1024]; /* error or drop line */
	unsigned nlines;
};

static inline int fake_line(void *arg, const char *line)
{
	struct fake *f = arg;

	snprintf(f->last, sizeof(f->last), "%s", line);
	f->nlines++;
	return 0;
}

/* f->m's descriptors and f->c.opts are set by the test before this. */
static inline void fake_open(struct fake *f)
{
	f->arena = dt_arena_new();
	f->m.state = &f->state;
	f->m.stats = f->stats;
	f->m.ncpu = FAKE_NCPU;
	f->c.on_error = f->c.on_drop = fake_line;
	f->c.handler_arg = f;
	f->c.opts.stackindent = 14;
	if (dt_consumer_init(&f->c, f->arena, &f->m, open_memstream(&f->text, &f->len)))
		abort();
}

/* What was printed since the last call; valid until the next. */
static inline const char *fake_text(struct fake *f)
{
	FILE *old = f->c.out;
	static char *kept; /* tests have one thread */

	fclose(old);
	free(kept);
	kept = f->text;
	f->text = NULL;
	f->c.out = open_memstream(&f->text, &f->len);
	return kept;
}

static inline void fake_close(struct fake *f)
{
	fake_text(f);
	fclose(f->c.out);
	free(f->text);
	dt_consumer_fini(&f->c);
	dt_arena_free(f->arena);
}

#endif
