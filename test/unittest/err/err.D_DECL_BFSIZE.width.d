/* SPDX-License-Identifier: BSD-2-Clause */
struct s { int a:33; };
BEGIN { exit(0); }
