/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Run-time error 1: a bad kernel address, with the address.
 */

#pragma D option quiet

BEGIN { trace(*(int *)8); }
BEGIN { printf("end\n"); exit(0); }
