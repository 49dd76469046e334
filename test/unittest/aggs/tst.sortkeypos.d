/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AS-04: aggsortkeypos.
 */

#pragma D option quiet

#pragma D option aggsortkey
#pragma D option aggsortkeypos=1

BEGIN
{
	@["a", 3] = sum(1);
	@["b", 1] = sum(1);
	@["c", 2] = sum(1);
	exit(0);
}
