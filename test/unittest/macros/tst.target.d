/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MAC-09: $target is the process of -c.
 * @@trigger: sleep 5
 */

#pragma D option quiet

BEGIN { printf("%d %d\n", $target > 0, $target != $pid); exit(0); }
