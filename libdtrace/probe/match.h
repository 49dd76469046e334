/* SPDX-License-Identifier: BSD-2-Clause */
/* Globs of probe descriptions (PD-04, PD-05). */
#ifndef DT_PROBE_MATCH_H
#define DT_PROBE_MATCH_H

#include <stdbool.h>

/* True if `s` matches: "" matches anything; * ? [a-z] [!a-z] and \ quoting. Linear in practice:
 * never exponential, whatever the pattern. */
bool dt_glob(const char *pat, const char *s);
/* True if the pattern has no metacharacters, so that it names at most one thing. "" is a glob. */
bool dt_glob_literal(const char *pat);

#endif
