/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LEX-14: division inside a predicate, and / before {.
 */

#pragma D option quiet

BEGIN
{
	x = 10;
}

BEGIN
/x / 2 == 5/
{
	printf("half %d\n", x / 5 / 2);
}

BEGIN
/(x / 3) == 3 && x % 3 == 1/
{
	printf("third\n");
	exit(0);
}
