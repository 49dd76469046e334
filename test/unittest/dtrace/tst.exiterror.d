/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-03: exit() in ERROR ends the firing that faulted as well.
 */

#pragma D option quiet

int zero;

ERROR { printf("error\n"); exit(0); }
ERROR { printf("not printed\n"); }
BEGIN { trace(1 / zero); }
BEGIN { printf("not printed\n"); }
