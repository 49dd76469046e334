/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * F-37..39: what is committed appears, what is discarded does not.
 */

#pragma D option quiet

BEGIN { self->a = speculation(); }
BEGIN { speculate(self->a); printf("speculated\n"); }
BEGIN { printf("plain\n"); }
BEGIN { commit(self->a); }
tick-100ms { exit(0); }
