/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OP-07: string variables against literals, built-ins and each other.
 */

#pragma D option quiet

string a, b;

BEGIN
{
	a = "begin";
	b = strjoin("be", "gin");
	printf("%d %d %d\n", a == b, a == "begin", b != "BEGIN");
	printf("%d %d\n", probename == "BEGIN", probename == a);
	printf("%d\n", probeprov == "dtrace");
	exit(0);
}
