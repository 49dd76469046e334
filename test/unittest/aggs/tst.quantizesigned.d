/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-08: negative values and 0.
 */

#pragma D option quiet

BEGIN { @ = quantize(-1); }
BEGIN { @ = quantize(-3); }
BEGIN { @ = quantize(0); }
BEGIN { @ = quantize(1000); exit(0); }
