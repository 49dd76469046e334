/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-09, AO-05: lquantize() with overflow.
 */

#pragma D option quiet

BEGIN { @ = lquantize(5, 0, 30, 10); }
BEGIN { @ = lquantize(0, 0, 30, 10); }
BEGIN { @ = lquantize(20, 0, 30, 10); }
BEGIN { @ = lquantize(29, 0, 30, 10); }
BEGIN { @ = lquantize(25, 0, 30, 10); }
BEGIN { @ = lquantize(25, 0, 30, 10); }
BEGIN { @ = lquantize(25, 0, 30, 10); }
BEGIN { @ = lquantize(30, 0, 30, 10); exit(0); }
