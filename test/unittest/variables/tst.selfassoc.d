/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VAR-04: thread-local associative arrays.
 */

#pragma D option quiet

BEGIN { self->a[1, "x"] = 5; self->a[2, "x"] = 6; }
BEGIN { self->a[1, "x"]++; }
BEGIN { printf("%d %d %d\n", self->a[1, "x"], self->a[2, "x"], self->a[1, "y"]); exit(0); }
