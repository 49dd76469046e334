/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fault in a predicate is an error too, and the clause does not run.
 */

#pragma D option quiet

int zero;

BEGIN /1 / zero/ { printf("no\n"); }
BEGIN { printf("end\n"); exit(0); }
