/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PRF-01: tick fires again and again, on one CPU.
 */

#pragma D option quiet

int n;

tick-5ms { n++; }
tick-5ms /n == 10/ { printf("%d\n", n); exit(0); }
