/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-25: strlen.
 */

#pragma D option quiet

BEGIN
{
	printf("%d\n", strlen(""));
	printf("%d\n", strlen("a"));
	printf("%d\n", strlen("hello world"));
	printf("%d\n", strlen(strjoin("abc", "de")));
	exit(0);
}
