/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OP-09: what a short circuit skips cannot fault.
 */

#pragma D option quiet

int zero;

BEGIN
{
	zero = 0;
	printf("%d\n", zero != 0 && 1 / zero > 0);
	printf("%d\n", zero == 0 ? 5 : 1 / zero);
	exit(0);
}
