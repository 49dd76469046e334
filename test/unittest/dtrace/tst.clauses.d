/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-03: clauses run in program order.
 */

#pragma D option quiet

BEGIN { printf("1 "); }
BEGIN { printf("2 "); }
END { printf("4 "); }
BEGIN { printf("3 "); exit(0); }
END { printf("5\n"); }
