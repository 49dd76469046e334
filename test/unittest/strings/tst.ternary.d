/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EXP-08: ?: of strings, literal and computed.
 */

#pragma D option quiet

int x;

BEGIN
{
	x = 1;
	this->s = x ? "yes" : "no";
	printf("%s\n", this->s);
	this->s = x == 2 ? "two" : strjoin("not ", "two");
	printf("%s\n", this->s);
	exit(0);
}
