/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ?: of strings that are known at load time and strings that are not.
 */

#pragma D option quiet

BEGIN
{
	x = 5;
	y = x > 3 ? "yes" : "no";
	printf("%s\n", y);
	z = x < 3 ? execname : "lit";
	printf("%s\n", z);
	printf("%s\n", x ? (x > 4 ? "a" : "b") : "c");
	exit(0);
}
