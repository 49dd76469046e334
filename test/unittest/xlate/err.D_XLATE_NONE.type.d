/* SPDX-License-Identifier: BSD-2-Clause */
struct in { int x; }; struct out { int a; string s; };
translator struct out < int N > { a = N; };
BEGIN { trace(xlate <struct out>(execname).a); }
