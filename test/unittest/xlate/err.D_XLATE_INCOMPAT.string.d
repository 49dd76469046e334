/* SPDX-License-Identifier: BSD-2-Clause */
struct in { int x; }; struct out { int a; string s; };
translator struct out < int N > { s = N; };
BEGIN { trace(1); }
