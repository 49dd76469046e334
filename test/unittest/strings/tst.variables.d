/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VAR-09: string variables of every class.
 */

#pragma D option quiet

string g;

BEGIN
{
	g = "global";
	self->s = "self";
	this->t = "this";
	a["k"] = "array";
	printf("%s %s %s %s\n", g, self->s, this->t, a["k"]);
	g = strjoin(g, "+");
	self->s = strjoin(self->s, "+");
	this->t = strjoin(this->t, "+");
	a["k"] = strjoin(a["k"], "+");
	printf("%s %s %s %s\n", g, self->s, this->t, a["k"]);
	exit(0);
}
