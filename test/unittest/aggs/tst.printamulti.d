/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-15, AS-07: several aggregations joined; missing ones are 0.
 */

#pragma D option quiet

BEGIN
{
	@a["x"] = sum(1);
	@a["y"] = sum(2);
	@b["y"] = sum(5);
	@b["z"] = sum(6);
	printa("%s %@d %@d\n", @a, @b);
	exit(0);
}
