/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many arguments of mixed types in one printf.
 */

#pragma D option quiet

BEGIN
{
	printf("%d %s %x %c %d %s %u %d %p %s\n", 1, "two", 3, '4', -5, "six", 7, (int64_t)-8, 9, "ten");
	exit(0);
}
