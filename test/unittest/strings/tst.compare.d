/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OP-06, OP-07: strings compare by content, byte-wise.
 */

#pragma D option quiet

BEGIN
{
	printf("%d\n", "abc" == "abc");
	printf("%d\n", "abc" == "abd");
	printf("%d\n", "abc" != "abd");
	printf("%d\n", "abc" < "abd");
	printf("%d\n", "abc" < "ab");
	printf("%d\n", "ab" < "abc");
	printf("%d\n", "" < "a");
	printf("%d\n", "b" > "abc");
	printf("%d\n", "abc" <= "abc");
	printf("%d\n", "abc" >= "abd");
	printf("%d\n", strjoin("a", "bc") == "abc");
	printf("%d\n", strjoin("a", "bd") > "abc");
	exit(0);
}
