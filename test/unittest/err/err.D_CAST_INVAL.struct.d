/* SPDX-License-Identifier: BSD-2-Clause */
struct s { int a; };
BEGIN { x = (struct s)1; }
