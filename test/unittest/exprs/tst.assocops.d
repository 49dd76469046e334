/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * op= and ++ on elements that are not there yet.
 */

#pragma D option quiet

BEGIN
{
	a["x"] += 5;
	a["x"] *= 3;
	a["y"]++;
	++a["y"];
	printf("%d %d %d\n", a["x"], a["y"], a["z"]);
	self->v += 2;
	self->v <<= 4;
	printf("%d\n", self->v);
	exit(0);
}
