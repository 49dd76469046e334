/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AO-01: a histogram for each key.
 */

#pragma D option quiet

BEGIN
{
	@["x"] = quantize(4);
	@["y"] = quantize(16);
	exit(0);
}
