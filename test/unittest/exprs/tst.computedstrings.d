/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strings made by ?: and functions, kept and emptied.
 */

#pragma D option quiet

BEGIN
{
	this->s = execname;
	this->t = this->s == "dtrace" ? strjoin(this->s, "!") : this->s;
	printf("%s %d\n", this->t, strlen(this->t));
	self->a["k"] = this->t;
	printf("%s\n", self->a["k"]);
	self->a["k"] = "";
	printf("[%s]\n", self->a["k"]);
	exit(0);
}
