/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * && before ||, ^^, ! of strings.
 */

#pragma D option quiet

BEGIN
{
	x = 1;
	x = x == 1 && execname == "dtrace" || ppid == 0;
	printf("%d %d %d\n", x, !x, !execname != 0);
	y = x ^^ 1;
	printf("%d\n", y);
	exit(0);
}
