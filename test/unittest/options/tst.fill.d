/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * O-66: bufpolicy=fill.
 */

#pragma D option quiet

#pragma D option bufpolicy=fill
#pragma D option bufsize=64k

BEGIN
{
	printf("one\n");
	exit(0);
}
