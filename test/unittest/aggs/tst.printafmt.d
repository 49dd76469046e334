/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PF-17: printa() with a format, keys and value.
 */

#pragma D option quiet

BEGIN
{
	@["b", 1] = sum(20);
	@["a", 2] = sum(10);
	printa("%s/%d: %@d\n", @);
	printa("%-5s|%3d|%@8u|\n", @);
	printa("only %@d\n", @);
	exit(0);
}
