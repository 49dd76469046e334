/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-09: underflow, and a step of 1.
 */

#pragma D option quiet

BEGIN { @ = lquantize(-7, 0, 3); }
BEGIN { @ = lquantize(1, 0, 3); exit(0); }
