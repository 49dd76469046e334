/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LEX-13: escapes in formats.
 */

#pragma D option quiet

BEGIN
{
	printf("a\tb\n");
	printf("q\"q\n");
	printf("back\\slash\n");
	printf("\x41\102C\n");
	exit(0);
}
