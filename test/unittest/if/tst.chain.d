/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-05: else if, nested.
 */

#pragma D option quiet

int n;

tick-1ms
{
	n++;
	if (n == 1) {
		printf("one\n");
	} else if (n == 2) {
		printf("two\n");
	} else if (n == 3) {
		if (n % 2)
			printf("three odd\n");
		else
			printf("three even\n");
	} else {
		printf("many\n");
		exit(0);
	}
}
