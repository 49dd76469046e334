/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BV-01..10: arguments a probe does not have are 0.
 */

#pragma D option quiet

BEGIN
{
	printf("%d %d %d %d %d\n", arg0, arg1, arg2, arg5, arg9);
	exit(0);
}
