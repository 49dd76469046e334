/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-05: if and else.
 */

#pragma D option quiet

int x;

BEGIN
{
	x = 3;
	if (x == 3)
		printf("three\n");
	else
		printf("other\n");
	if (x == 4) {
		printf("four\n");
	} else {
		printf("not ");
		printf("four\n");
	}
	if (x > 5)
		printf("big\n");
	printf("done\n");
	exit(0);
}
