/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CON-01: BEGIN first, END last.
 */

#pragma D option quiet

END { printf("END\n"); }
tick-10ms { printf("tick\n"); exit(0); }
BEGIN { printf("BEGIN\n"); }
