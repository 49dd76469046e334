/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-10, 7.4: llquantize(x, 10, 0, 1, 10).
 */

#pragma D option quiet

BEGIN { @ = llquantize(3, 10, 0, 1, 10); }
BEGIN { @ = llquantize(30, 10, 0, 1, 10); }
BEGIN { @ = llquantize(35, 10, 0, 1, 10); exit(0); }
