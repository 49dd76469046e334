/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-04: cleanpath.
 */

#pragma D option quiet

BEGIN
{
	printf("[%s]\n", cleanpath("/foo//bar"));
	printf("[%s]\n", cleanpath("/foo/./bar"));
	printf("[%s]\n", cleanpath("/foo/../bar"));
	printf("[%s]\n", cleanpath("/foo/bar"));
	printf("[%s]\n", cleanpath("/a/b/../../c"));
	printf("[%s]\n", cleanpath("/../x"));
	exit(0);
}
