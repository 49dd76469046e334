/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * this-> variables last from clause to clause of a firing.
 */

#pragma D option quiet

BEGIN
{
	this->x = 3;
	this->y = "s";
}

BEGIN
{
	printf("%d %s\n", this->x, this->y);
	exit(0);
}
