/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Globs. A "*" remembers where it was and how much it has eaten; on a mismatch it eats one more
 * character and matching goes on from there. Only the last "*" needs to be remembered, so the
 * worst case is the product of the lengths.
 *
 * A "[" without its "]" is an ordinary character, as in sh.
 */
#include <stddef.h>
#include <string.h>
#include "probe/match.h"

/* Reads one character of a class, quoted or not. */
static unsigned char class_char(const char **p)
{
	if (**p == '\\' && (*p)[1])
		(*p)++;
	return (unsigned char)*(*p)++;
}

/* The class at p (after "["): does c match? Returns what follows "]", or NULL if not closed. */
static const char *match_class(const char *p, unsigned char c, bool *matched)
{
	bool negate = *p == '!', in = false;

	p += negate;
	for (bool first = true; first || *p != ']'; first = false) {
		if (!*p)
			return NULL;
		unsigned char lo = class_char(&p), hi = lo;
		if (*p == '-' && p[1] && p[1] != ']') {
			p++;
			hi = class_char(&p);
		}
		in |= lo <= c && c <= hi;
	}
	*matched = in != negate;
	return p + 1;
}

/* Matches one pattern element (not "*") against c; returns the rest of the pattern, NULL if no. */
static const char *match_one(const char *p, char c)
{
	const char *rest;
	bool matched;

	switch (*p) {
	case '\0': return NULL;
	case '?': return p + 1;
	case '[':
		if ((rest = match_class(p + 1, (unsigned char)c, &matched)))
			return matched ? rest : NULL;
		break;
	case '\\':
		if (p[1])
			p++;
		break;
	default: break;
	}
	return *p == c ? p + 1 : NULL;
}

bool dt_glob(const char *pat, const char *s)
{
	const char *star = NULL, *retry = NULL, *next;

	if (!*pat)
		return true;
	for (;;) {
		if (*pat == '*') {
			star = ++pat;
			retry = s;
			if (!*pat)
				return true;
		} else if (!*s) {
			return !*pat;
		} else if ((next = match_one(pat, *s))) {
			pat = next;
			s++;
		} else if (star) {
			pat = star;
			s = ++retry;
		} else {
			return false;
		}
	}
}

bool dt_glob_literal(const char *pat)
{
	return *pat && !pat[strcspn(pat, "*?[\\")];
}
