/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decision 17: what a clause did before its fault stays.
 */

#pragma D option quiet

int zero, x;

BEGIN { x = 5; @ = count(); trace(1 / zero); x = 6; @ = count(); }
BEGIN { printf("%d\n", x); exit(0); }
