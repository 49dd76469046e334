/* SPDX-License-Identifier: BSD-2-Clause */
struct s { int a; };
struct s { int b; };
BEGIN { exit(0); }
