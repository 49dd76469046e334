/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Subroutines as arguments of subroutines.
 */

#pragma D option quiet

BEGIN
{
	printf("%d\n", strlen(substr("hello", 1)));
	printf("[%s]\n", basename(strjoin("/a/", "b")));
	printf("[%s]\n", substr(basename("/x/hello"), 0, 4));
	printf("%d\n", index(strjoin("ab", "cd"), "bc"));
	printf("[%s]\n", strjoin(dirname("/a/b"), basename("/c/d")));
	exit(0);
}
