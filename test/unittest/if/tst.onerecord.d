/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-05: one record a clause, whichever branches ran.
 */

#pragma D option quiet
int x;

BEGIN
{
	x = 1;
	if (x)
		trace(1);
	else
		trace(2);
	if (!x)
		trace(3);
	else
		trace(4);
	trace("end\n");
	exit(0);
}
