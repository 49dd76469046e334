/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AS-02: aggsortrev.
 */

#pragma D option quiet

#pragma D option aggsortrev

BEGIN
{
	@["b"] = sum(2);
	@["c"] = sum(3);
	@["a"] = sum(1);
	exit(0);
}
