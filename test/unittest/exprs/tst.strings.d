/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * string variables of all kinds are values: assigning copies.
 */

#pragma D option quiet

string g; self string s; this string t;

BEGIN
{
	g = "global";
	self->s = "self";
	this->t = "this";
	printf("%s %s %s\n", g, self->s, this->t);
	g = self->s;
	self->s = this->t;
	this->t = g;
	printf("%s %s %s\n", g, self->s, this->t);
}

BEGIN
{
	g = strjoin(g, self->s);
	printf("%s %d\n", g, strlen(g));
	self->s = substr(g, 2, 3);
	printf("%s|%s\n", self->s, g);
	printf("%d %d %d\n", g == "selfthis", g < "t", self->s != g);
	exit(0);
}
