/* SPDX-License-Identifier: BSD-2-Clause */
struct s { int a; };
struct t { int a; };
struct s g;
struct t h;
BEGIN { g.a = 1; h.a = 2; g = h; }
