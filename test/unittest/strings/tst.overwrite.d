/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A shorter string leaves nothing of the longer one.
 */

#pragma D option quiet

string g;

BEGIN
{
	g = "a long string";
	g = "short";
	printf("[%s] %d\n", g, strlen(g));
	self->s = strjoin("a long", " string");
	self->s = strjoin("ti", "ny");
	printf("[%s] %d\n", self->s, strlen(self->s));
	exit(0);
}
