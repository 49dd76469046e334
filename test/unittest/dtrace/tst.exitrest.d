/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * F-35, GRM-03: the clause with exit() finishes; later clauses do not run.
 */

#pragma D option quiet

BEGIN { printf("a\n"); exit(0); printf("b\n"); }
BEGIN { printf("c\n"); }
