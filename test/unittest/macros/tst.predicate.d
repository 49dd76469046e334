/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MAC-12: arguments in predicates and probe descriptions.
 * @@args: BEGIN 7
 */

#pragma D option quiet

$1
/$2 == 7/
{
	printf("seven\n");
	exit(0);
}
