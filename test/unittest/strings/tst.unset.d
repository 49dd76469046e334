/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VAR-02: unset strings are empty.
 */

#pragma D option quiet

string g;
string arr[int];

BEGIN
{
	printf("[%s] [%s] %d\n", g, arr[5], strlen(g));
	exit(0);
}
