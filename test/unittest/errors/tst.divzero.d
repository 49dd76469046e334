/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Run-time error 4: division by a variable that is 0; the rest of the clause does not run.
 */

#pragma D option quiet

int zero;

BEGIN { printf("before\n"); }
BEGIN { printf("not printed %d\n", 10 / zero); x = 1; }
BEGIN { printf("after %d\n", x); exit(0); }
