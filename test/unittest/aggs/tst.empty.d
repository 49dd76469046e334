/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An aggregation that was never updated prints nothing at exit.
 */

#pragma D option quiet

BEGIN
/0/
{
	@a = count();
	@b["x"] = sum(1);
}

BEGIN
{
	exit(0);
}
