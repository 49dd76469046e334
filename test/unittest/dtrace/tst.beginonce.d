/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BEGIN fires once.
 */

#pragma D option quiet

BEGIN { n++; @ = count(); }
tick-20ms { printf("%d\n", n); exit(0); }
