/* SPDX-License-Identifier: BSD-2-Clause */
struct s { int a; };
struct t { int a; };
struct t g;
BEGIN { g.a = 1; trace(xlate <struct s> (g).a); }
