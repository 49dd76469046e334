/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-02: count(), without keys.
 */

#pragma D option quiet

int n;

tick-1ms { @ = count(); n++; }
tick-1ms /n == 5/ { exit(0); }
