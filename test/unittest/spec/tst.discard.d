/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * F-40: discard.
 */

#pragma D option quiet

BEGIN { self->a = speculation(); printf("%d\n", self->a > 0); }
BEGIN { speculate(self->a); printf("never\n"); }
BEGIN { discard(self->a); }
tick-100ms { exit(0); }
