/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading the verifier's log. It is instructions as they were followed ("12: (7b) *(u64 *)..."),
 * states of registers between them, and at the end the reason, in a line or two:
 *
 *	12: (79) r1 = *(u64 *)(r0 +0)
 *	R0 invalid mem access 'map_value_or_null'
 *	processed 12 insns (limit 1000000) ...
 *
 * The reason is what follows the last instruction and is neither state nor statistics; the
 * instruction it is about is that last one, unless the reason names another.
 */
#include <ctype.h>
#include <stdlib.h>
#include "bpf/kernel.h"

static const char *const noise[] = {
	"processed ",
	"verification time",
	"stack depth",
	"; ",
	"from ",
	"R0=",
	"R0_w=",
	"last_idx",
	"regs=",
	"parent ",
	"mark_precise",
	"max_",
	"total_states",
	"peak_states",
	"Validating ",
	"Func#",
	"caller:",
	"callee:",
	"frame",
	"propagating",
	"returning from callee",
	"to caller at",
	"func#",
	"live regs",
	"insn_idx",
	"safe",
};

static bool starts(const char *s, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && !memcmp(s, with, n);
}

/* " R1_w=..." and "R10=fp0 ..." alone are state, "R1 invalid ..." is a reason. */
static bool is_state(const char *s, size_t len)
{
	size_t k = 1;

	if (!len || *s != 'R' || len < 3 || !isdigit((unsigned char)s[1]))
		return false;
	while (k < len && (isalnum((unsigned char)s[k]) || s[k] == '_'))
		k++;
	return k < len && s[k] == '=';
}

static bool is_insn(const char *s, size_t len, int64_t *insn)
{
	char *end;
	long v;

	if (!len || !isdigit((unsigned char)*s))
		return false;
	v = strtol(s, &end, 10);
	if (end >= s + len || *end != ':')
		return false;
	*insn = v;
	return end + 3 < s + len && end[1] == ' ' && end[2] == '(';
}

static bool is_noise(const char *s, size_t len)
{
	int64_t n = -1;

	if (!len || is_state(s, len) || is_insn(s, len, &n) || n >= 0)
		return true;
	for (size_t k = 0; k < sizeof(noise) / sizeof(*noise); k++)
		if (starts(s, len, noise[k]))
			return true;
	return false;
}

/* A reason may name its instruction: "unreachable insn 7", "jump out of range from insn 3 to 9". */
static int64_t named_insn(const char *s)
{
	const char *p = strstr(s, "insn ");

	return p && isdigit((unsigned char)p[5]) ? strtol(p + 5, NULL, 10) : -1;
}

struct dt_verdict dt_verifier_verdict(struct dt_arena *a, const char *log)
{
	struct dt_verdict v = {.text = "", .insn = -1};
	const char *s = log, *reason = NULL;
	size_t reason_len = 0;
	int64_t named;

	while (*s) {
		size_t len = strcspn(s, "\n");
		const char *t = s;
		int64_t n;

		while (len && *t == ' ')
			t++, len--;
		if (is_insn(t, len, &n)) {
			v.insn = n;
			reason = NULL;
		} else if (!is_noise(t, len)) {
			if (!reason) {
				reason = t;
				reason_len = len;
			} else if (t == reason + reason_len + 1) {
				reason_len += len + 1;
			}
		}
		s += strcspn(s, "\n");
		s += *s == '\n';
	}
	if (reason) {
		char *text = dt_strndup(a, reason, reason_len);

		for (char *p = text; *p; p++)
			if (*p == '\n')
				*p = ' ';
		v.text = text;
		named = named_insn(text);
		if (named >= 0)
			v.insn = named;
	}
	return v;
}
