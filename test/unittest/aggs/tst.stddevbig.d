/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-07: squares that need 128 bits.
 */

#pragma D option quiet

BEGIN { @ = stddev(4000000000000); }
BEGIN { @ = stddev(-4000000000000); exit(0); }
