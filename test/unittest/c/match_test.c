/* SPDX-License-Identifier: BSD-2-Clause */
/* probe/match: globs of probe descriptions (PD-04, PD-05). */
#include <stdlib.h>
#include "probe/match.h"
#include "check.h"

static const struct {
	const char *pat, *s;
	bool match;
} cases[] = {
	{"", "anything", true},
	{"", "", true},
	{"read", "read", true},
	{"read", "reads", false},
	{"reads", "read", false},
	{"*", "", true},
	{"*", "x", true},
	{"a*", "a", true},
	{"a*", "ba", false},
	{"*a*b*c*", "xaybzc", true},
	{"*a*b*c*", "xcybza", false},
	{"a**b", "ab", true},
	{"?", "x", true},
	{"?", "", false},
	{"r?ad", "read", true},
	{"[abc]", "b", true},
	{"[abc]", "d", false},
	{"[a-c]x", "bx", true},
	{"[!a-c]x", "bx", false},
	{"[!a-c]x", "dx", true},
	{"[]]", "]", true},
	{"[!]]", "]", false},
	{"[a-]", "-", true},
	{"[-a]", "-", true},
	{"[abc", "[abc", true},
	{"[abc", "a", false},
	{"[", "[", true},
	{"[!", "[!", true},
	{"[\\]]", "]", true},
	{"\\*", "*", true},
	{"\\*", "x", false},
	{"\\?x", "?x", true},
	{"a\\", "a\\", true},
	{"*.so*", "libc.so.6", true},
	{"sys*[0-9]", "sys_clone3", true},
	{"\xc3*", "\xc3\xa4", true},
};

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CHECK(dt_glob(cases[i].pat, cases[i].s) == cases[i].match);
		if (dt_glob(cases[i].pat, cases[i].s) != cases[i].match)
			printf("  pattern %s on %s\n", cases[i].pat, cases[i].s);
	}

	/* Not exponential: this would not end otherwise. */
	char pat[2001], s[2001];
	memset(s, 'a', 2000);
	for (int i = 0; i < 2000; i++)
		pat[i] = i % 2 ? 'a' : '*';
	s[2000] = pat[2000] = '\0';
	pat[1999] = 'b';
	CHECK(!dt_glob(pat, s));

	CHECK(dt_glob_literal("read") && !dt_glob_literal("") && !dt_glob_literal("r*"));
	CHECK(!dt_glob_literal("r?") && !dt_glob_literal("[r]") && !dt_glob_literal("\\r"));
	return check_summary();
}
