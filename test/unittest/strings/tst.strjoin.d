/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-29: strjoin.
 */

#pragma D option quiet

BEGIN
{
	printf("[%s]\n", strjoin("foo", "bar"));
	printf("[%s]\n", strjoin("", "x"));
	printf("[%s]\n", strjoin("x", ""));
	printf("[%s]\n", strjoin(strjoin("a", "b"), strjoin("c", "d")));
	exit(0);
}
