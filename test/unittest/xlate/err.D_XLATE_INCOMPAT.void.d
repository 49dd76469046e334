/* SPDX-License-Identifier: BSD-2-Clause */
struct in { int x; }; struct out { int a; string s; };
translator struct out < void N > { a = 1; };
BEGIN { trace(1); }
