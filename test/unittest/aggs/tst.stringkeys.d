/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-01, AS-01: string keys, printed by value.
 */

#pragma D option quiet

BEGIN
{
	@["b"] = sum(2);
	@["c"] = sum(3);
	@["a"] = sum(1);
	@[strjoin("b", "")] = sum(8);
	exit(0);
}
