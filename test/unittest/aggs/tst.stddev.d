/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-07: stddev of 2 4 4 4 5 5 7 9 is 2.
 */

#pragma D option quiet

BEGIN { @ = stddev(2); }
BEGIN { @ = stddev(4); }
BEGIN { @ = stddev(4); }
BEGIN { @ = stddev(4); }
BEGIN { @ = stddev(5); }
BEGIN { @ = stddev(5); }
BEGIN { @ = stddev(7); }
BEGIN { @ = stddev(9); exit(0); }
