/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * F-35: the status of exit() is dtrace's.
 * @@status: 7
 */

#pragma D option quiet

BEGIN { exit(7); }
