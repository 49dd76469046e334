/* SPDX-License-Identifier: BSD-2-Clause */
struct s { int a; };
struct s g;
BEGIN { g.a = 1; }
BEGIN /g/ { exit(0); }
