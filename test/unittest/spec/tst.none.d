/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * O-63: with nspec=1 the second speculation() gives 0.
 * @@stderr: ignore
 */

#pragma D option quiet

BEGIN { self->a = speculation(); self->b = speculation(); printf("%d %d\n", self->a != 0, self->b); exit(0); }
