/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-03, AGG-04: sums and averages of negative values; the average truncates.
 */

#pragma D option quiet

BEGIN
{
	@s = sum(-3);
	@a = avg(-3);
	@m = max(-3);
}

BEGIN
{
	@s = sum(-4);
	@a = avg(-4);
	@m = max(-4);
	exit(0);
}
