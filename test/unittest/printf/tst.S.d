/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PF-11: %S escapes what does not print.
 */

#pragma D option quiet

BEGIN
{
	printf("[%S]\n", "tab\there");
	printf("[%S]\n", "line\n");
	printf("[%S]\n", "plain");
	exit(0);
}
