/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-28: strstr.
 */

#pragma D option quiet

BEGIN
{
	printf("[%s]\n", strstr("foobarbaz", "bar"));
	printf("[%s]\n", strstr("foobarbaz", "foo"));
	printf("[%s]\n", strstr("foobarbaz", "z"));
	printf("%d\n", strstr("foobarbaz", "nope") == NULL);
	exit(0);
}
