/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-05, AGG-06: the first value counts, also if 0 or extreme.
 */

#pragma D option quiet

int64_t big;

BEGIN
{
	big = 9223372036854775807;
	@a = min(5);
	@b = max(-5);
	@c = min(big);
	@d = max(-big);
	@e = min(0);
	@f = max(0);
	exit(0);
}
