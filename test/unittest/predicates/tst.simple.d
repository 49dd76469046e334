/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-04: predicates choose clauses.
 */

#pragma D option quiet

BEGIN { x = 5; }
BEGIN /x == 5/ { printf("five\n"); }
BEGIN /x == 6/ { printf("six\n"); }
BEGIN /x > 3 && x < 10/ { printf("between\n"); }
BEGIN /0/ { printf("never\n"); }
BEGIN /1/ { printf("always\n"); }
BEGIN { exit(0); }
