/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-03: dirname.
 */

#pragma D option quiet

BEGIN
{
	printf("[%s]\n", dirname("/a/b/c"));
	printf("[%s]\n", dirname("c"));
	printf("[%s]\n", dirname("/a/b/"));
	printf("[%s]\n", dirname("/"));
	printf("[%s]\n", dirname("/a"));
	printf("[%s]\n", dirname(""));
	printf("[%s]\n", dirname("a/b"));
	exit(0);
}
