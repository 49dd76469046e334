/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-05: what is assigned in a branch is seen behind it.
 */

#pragma D option quiet

int x;

BEGIN
{
	this->s = "none";
	if (x == 0) {
		x = 10;
		this->s = "zero";
	} else
		x = 20;
	if (x == 10)
		x += 1;
	printf("%d %s\n", x, this->s);
	exit(0);
}
