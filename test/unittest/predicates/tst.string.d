/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-04: predicates on strings and built-ins.
 */

#pragma D option quiet

BEGIN /probename == "BEGIN"/ { printf("name\n"); }
BEGIN /probeprov != "dtrace"/ { printf("no\n"); }
BEGIN /execname == "dtrace"/ { printf("exec\n"); }
BEGIN /strlen(execname) == 6/ { printf("len\n"); }
BEGIN { exit(0); }
