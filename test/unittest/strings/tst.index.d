/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-17: index.
 */

#pragma D option quiet

BEGIN
{
	printf("%d\n", index("foobarbaz", "ba"));
	printf("%d\n", index("foobarbaz", "ba", 4));
	printf("%d\n", index("foobarbaz", "zz"));
	printf("%d\n", index("foobarbaz", "f"));
	printf("%d\n", index("foobarbaz", "ba", -3));
	printf("%d\n", index("foobarbaz", "baz"));
	printf("%d\n", index("foo", "foobar"));
	printf("%d\n", index("aaab", "ab"));
	printf("%d\n", index("foobarbaz", "ba", 7));
	exit(0);
}
