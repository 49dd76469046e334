/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VAR-02: integer keys; unset elements are 0.
 */

#pragma D option quiet

BEGIN
{
	a[1] = 10;
	a[2] = 20;
	a[-1] = 30;
	a[1] += 5;
	printf("%d %d %d %d\n", a[1], a[2], a[-1], a[99]);
	exit(0);
}
