/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Run-time error 1: a string at a bad address.
 */

#pragma D option quiet

BEGIN { printf("%s\n", stringof((char *)64)); }
BEGIN { printf("end\n"); exit(0); }
