/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Run-time error 4: the remainder too, signed and unsigned.
 */

#pragma D option quiet

int zero;
uint64_t uzero;

BEGIN { trace(10 % zero); }
BEGIN { trace(10 / uzero); }
BEGIN { trace(10 % uzero); }
BEGIN { printf("end\n"); exit(0); }
