/* SPDX-License-Identifier: BSD-2-Clause */
struct in { int x; }; struct out { int a; string s; };
provider p { probe a(int x) : (struct out *x); };
BEGIN { trace(1); }
