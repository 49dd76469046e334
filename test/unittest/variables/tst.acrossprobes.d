/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VAR-01: globals set in one probe are seen in another.
 */

#pragma D option quiet

int n;

BEGIN { n = 1; s = "from BEGIN"; }
tick-10ms { n += 10; printf("%d %s\n", n, s); exit(0); }
END { printf("%d %s\n", n, s); }
