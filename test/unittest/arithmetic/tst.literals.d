/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LEX-08, LEX-11, LEX-13: literals in every base; characters; escapes.
 */

#pragma D option quiet

BEGIN
{
	printf("%d\n", 0x10);
	printf("%d\n", 0X1f);
	printf("%d\n", 017);
	printf("%d\n", 0);
	printf("%d\n", 10u);
	printf("%d\n", 10L);
	printf("%d\n", 10ull);
	printf("%d\n", 'a');
	printf("%d\n", '\n');
	printf("%d\n", '\0');
	printf("%d\n", '\x41');
	printf("%d\n", '\101');
	printf("%d\n", 'ab');
	printf("%d\n", 0xffffffffffffffff);
	printf("%d\n", 9223372036854775807);
	exit(0);
}
