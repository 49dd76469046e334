/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-18: rindex.
 */

#pragma D option quiet

BEGIN
{
	printf("%d\n", rindex("foobarbaz", "ba"));
	printf("%d\n", rindex("foobarbaz", "ba", 5));
	printf("%d\n", rindex("foobarbaz", "zz"));
	printf("%d\n", rindex("foobarbaz", "f"));
	printf("%d\n", rindex("foobarbaz", "baz"));
	exit(0);
}
