/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EXP-05: a null pointer.
 */

#pragma D option quiet

int *p;

BEGIN { trace(*p); }
BEGIN { printf("end\n"); exit(0); }
