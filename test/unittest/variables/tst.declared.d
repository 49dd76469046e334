/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-16: declared variables start as 0.
 */

#pragma D option quiet

int i;
self int s;
this int t;
uint64_t u;
string str;

BEGIN
{
	printf("%d %d %d [%s]\n", i, self->s, u, str);
	exit(0);
}
