/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LEX-09: the type of a literal is the first that holds it.
 */

#pragma D option quiet

BEGIN
{
	printf("%d\n", sizeof (1));
	printf("%d\n", sizeof (2147483647));
	printf("%d\n", sizeof (2147483648));
	printf("%d\n", sizeof (0xffffffff));
	printf("%d\n", sizeof (0x100000000));
	printf("%d\n", sizeof (1u));
	printf("%d\n", sizeof (1l));
	printf("%d\n", sizeof (1ull));
	printf("%d\n", 0xffffffff > 0);
	printf("%d\n", -1 < 0x7fffffff);
	printf("%d\n", sizeof ('a'));
	exit(0);
}
