/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MAC-09: $target is 0 without -c and -p.
 */

#pragma D option quiet

BEGIN { printf("%d\n", $target); exit(0); }
