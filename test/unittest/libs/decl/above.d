/* SPDX-License-Identifier: BSD-2-Clause */
/* Loaded after base.d, although its name comes first. */
#pragma D depends_on library base.d
#pragma D depends_on provider dtrace
#pragma D depends_on module vmlinux
inline int MORE = ANSWER + 1;
inline int four_times[int x] = twice[twice[x]];
inline string colour_name[int c] = c == RED ? "red" : c == GREEN ? "green" : c == BLUE ? "blue" : "none";
