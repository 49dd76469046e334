/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-08: the increment.
 */

#pragma D option quiet

BEGIN { @ = quantize(4, 3); }
BEGIN { @ = quantize(16); exit(0); }
