/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * O-65: strsize limits what strings hold; sizeof (string) is it.
 */

#pragma D option quiet

#pragma D option strsize=16

string s;

BEGIN
{
	s = "0123456789abcdefghij";
	printf("%d %d\n", sizeof (string), strlen(s) <= 16);
	printf("%d\n", index(s, "0123456789abcde") == 0);
	exit(0);
}
