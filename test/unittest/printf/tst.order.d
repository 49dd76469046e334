/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several printfs of a clause print in order; output is not line-bound.
 */

#pragma D option quiet

BEGIN { printf("a"); printf("b"); }
BEGIN { printf("c\n"); printf("d %d", 1); printf(" e\n"); exit(0); }
