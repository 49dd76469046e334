/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * string functions of one another's results.
 */

#pragma D option quiet

BEGIN
{
	printf("%s %s\n", strjoin("a", lltostr(-5)), lltostr(255));
	printf("%s|%s|%s\n", basename("/a/b"), dirname("/a/b"), substr("hello", -3));
	printf("%d %d\n", strchr("hello", 'l') == "llo", strstr("hello", "zz") == NULL);
	exit(0);
}
