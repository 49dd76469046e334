/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Errors at run time leave the exit status 0.
 * @@status: 0
 */

#pragma D option quiet

int zero;

BEGIN { trace(1 / zero); }
BEGIN { exit(0); }
