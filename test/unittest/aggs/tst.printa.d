/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * F-04: printa() prints where it stands, and then no more at exit.
 */

#pragma D option quiet

BEGIN
{
	@a["x"] = count();
	@b = sum(7);
	printa(@a);
	printf("--\n");
	exit(0);
}
