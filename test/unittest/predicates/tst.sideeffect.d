/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Assignments in a predicate take effect even if it is false.
 */

#pragma D option quiet

BEGIN /(x = 3) == 4/ { printf("no\n"); }
BEGIN { printf("%d\n", x); exit(0); }
