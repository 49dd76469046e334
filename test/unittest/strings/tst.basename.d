/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-02: basename.
 */

#pragma D option quiet

BEGIN
{
	printf("[%s]\n", basename("/a/b/c"));
	printf("[%s]\n", basename("c"));
	printf("[%s]\n", basename("/a/b/"));
	printf("[%s]\n", basename("/"));
	printf("[%s]\n", basename("///"));
	printf("[%s]\n", basename(""));
	printf("[%s]\n", basename("/a//"));
	printf("[%s]\n", basename("a/b"));
	exit(0);
}
