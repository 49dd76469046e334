/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Run-time error 5: more scratch than there is.
 */

#pragma D option quiet

int n;

BEGIN { n = 1000000; this->p = alloca(n); }
BEGIN { printf("end\n"); exit(0); }
