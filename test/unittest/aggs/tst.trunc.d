/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-13: trunc() of all, of the top and of the bottom.
 */

#pragma D option quiet

BEGIN
{
	@all["a"] = sum(1);
	@top["a"] = sum(1); @top["b"] = sum(2); @top["c"] = sum(3);
	@low["a"] = sum(1); @low["b"] = sum(2); @low["c"] = sum(3);
	trunc(@all);
	trunc(@top, 2);
	trunc(@low, -2);
	printa("all %s %@d\n", @all);
	printa("top %s %@d\n", @top);
	printa("low %s %@d\n", @low);
	exit(0);
}
