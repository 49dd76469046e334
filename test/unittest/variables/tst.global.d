/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VAR-01: a global takes its type from its first assignment and lives on.
 */

#pragma D option quiet

BEGIN { x = 1; }
BEGIN { x = x + 41; }
BEGIN { printf("%d\n", x); exit(0); }
