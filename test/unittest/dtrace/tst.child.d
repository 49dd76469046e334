/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dtrace ends when the process of -c ends; END runs.
 * @@trigger: true
 */

#pragma D option quiet

END { printf("ended\n"); }
