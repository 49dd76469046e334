/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * C unit tests: a program of CHECKs whose main ends with `return check_summary();`. Every failed
 * CHECK says where it is; the last line printed is the count, as for every test run.
 */
#ifndef TEST_UNITTEST_C_CHECK_H
#define TEST_UNITTEST_C_CHECK_H

#include <stdio.h>
#include <string.h>

static int check_passed, check_failed, check_skipped;

#define CHECK(cond)                                                               \
	do {                                                                      \
		if (cond) {                                                       \
			check_passed++;                                           \
		} else {                                                          \
			check_failed++;                                           \
			printf("%s:%d: failed: %s\n", __FILE__, __LINE__, #cond); \
		}                                                                 \
	} while (0)

/* Both strings equal; shows them when not. NULL is allowed. */
#define CHECK_STR(got, want)                                                                      \
	do {                                                                                      \
		const char *got_ = (got), *want_ = (want);                                        \
		if (got_ && want_ && !strcmp(got_, want_)) {                                      \
			check_passed++;                                                           \
		} else {                                                                          \
			check_failed++;                                                           \
			printf("%s:%d: failed: %s\n  got:  %s\n  want: %s\n", __FILE__, __LINE__, \
			       #got, got_ ? got_ : "(null)", want_ ? want_ : "(null)");           \
		}                                                                                 \
	} while (0)

#define SKIP(why)                                                          \
	do {                                                               \
		check_skipped++;                                           \
		printf("%s:%d: skipped: %s\n", __FILE__, __LINE__, (why)); \
	} while (0)

static inline int check_summary(void)
{
	printf("%d passed, %d failed, %d skipped\n", check_passed, check_failed, check_skipped);
	return check_failed ? 1 : 0;
}

#endif
