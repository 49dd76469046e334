/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VAR-03: self-> is 0 until set, and stays with its thread.
 */

#pragma D option quiet

self int x;

BEGIN { printf("%d\n", self->x); self->x = 5; }
BEGIN { self->x += 2; }
BEGIN { printf("%d\n", self->x); self->x = 0; }
BEGIN { printf("%d\n", self->x); exit(0); }
