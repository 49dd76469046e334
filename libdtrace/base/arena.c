/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The arena is a bump pointer in one large private mapping. The mapping is made without reserving
 * memory (MAP_NORESERVE), so pages cost something only when they are first touched, and fresh
 * pages are zero: an allocation is an addition.
 *
 * Where address space is limited (ulimit -v, strict overcommit) a quarter of the largest range that
 * can be had is taken, so that other arenas, and the buffers, find room as well. Should a range run
 * out all the same, the process ends with a message: there is no caller that could do better, and
 * every one is spared a check that never fires.
 *
 * Under AddressSanitizer a red zone follows every allocation.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/vec.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define RED_ZONE       16
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define RED_ZONE       0
#define POISON(p, n)   ((void)0)
#define UNPOISON(p, n) ((void)0)
#endif

#define ARENA_MAX  (64ull << 30)
#define ARENA_MIN  (16ull << 20)
#define ARENA_UNIT 16

struct dt_arena {
	char *base;
	size_t used, size;
	struct dt_map *strings; /* dt_intern; made when first used */
};

static void *range(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	/* Most arenas stay small: where huge pages are the default each would take 2 MiB. */
	if (p != MAP_FAILED)
		madvise(p, size, MADV_NOHUGEPAGE);
	return p;
}

struct dt_arena *dt_arena_new(void)
{
	size_t size = ARENA_MAX;
	void *p = range(size);

	while (p == MAP_FAILED) {
		if ((size /= 2) < ARENA_MIN) {
			errno = ENOMEM;
			return NULL;
		}
		p = range(size);
		if (p != MAP_FAILED && size / 4 >= ARENA_MIN) {
			munmap((char *)p + size / 4, size - size / 4);
			size /= 4;
		}
	}
	struct dt_arena *a = p;
	a->base = p;
	a->size = size;
	a->used = (sizeof(*a) + ARENA_UNIT - 1) / ARENA_UNIT * ARENA_UNIT;
	return a;
}

void dt_arena_free(struct dt_arena *a)
{
	if (!a)
		return;
	char *base = a->base;
	size_t size = a->size;
	UNPOISON(base, a->used);
	munmap(base, size);
}

void *dt_alloc(struct dt_arena *a, size_t size)
{
	if (size > a->size - a->used || a->size - a->used - size < ARENA_UNIT + RED_ZONE) {
		fputs("dtrace: out of memory: the program being compiled is too large\n", stderr);
		_exit(1);
	}
	void *p = a->base + a->used;
	size_t full = (size + ARENA_UNIT - 1) / ARENA_UNIT * ARENA_UNIT + RED_ZONE;

	if (RED_ZONE)
		POISON(a->base + a->used + size, full - size);
	a->used += full;
	return p;
}

char *dt_strndup(struct dt_arena *a, const char *s, size_t n)
{
	char *p = dt_alloc(a, n + 1);

	if (n)
		memcpy(p, s, n);
	return p;
}

char *dt_strdup(struct dt_arena *a, const char *s)
{
	return dt_strndup(a, s, strlen(s));
}

char *dt_vasprintf(struct dt_arena *a, const char *fmt, va_list ap)
{
	va_list again;

	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	char *p = dt_alloc(a, (size_t)(n < 0 ? 0 : n) + 1);

	if (n > 0)
		vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}

char *dt_asprintf(struct dt_arena *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *p = dt_vasprintf(a, fmt, ap);
	va_end(ap);
	return p;
}

const char *dt_intern_n(struct dt_arena *a, const char *s, size_t n)
{
	if (!a->strings)
		a->strings = dt_map_new(a);

	char *p = dt_map_get(a->strings, s, n);
	if (!p) {
		p = dt_strndup(a, s, n);
		dt_map_set(a->strings, p, n, p);
	}
	return p;
}

const char *dt_intern(struct dt_arena *a, const char *s)
{
	return dt_intern_n(a, s, strlen(s));
}
