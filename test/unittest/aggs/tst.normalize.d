/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-14: normalize() and denormalize().
 */

#pragma D option quiet

BEGIN
{
	@["a"] = sum(100);
	@["b"] = sum(259);
	normalize(@, 10);
	printa("%s %@d\n", @);
	denormalize(@);
	printa("%s %@d\n", @);
	exit(0);
}
