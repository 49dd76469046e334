/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PRG-10, PRG-04, PRG-01: pragmas that are accepted or ignored.
 */

#pragma D option quiet

#
#ident "text"
#pragma ident "text"
#pragma nobody knows this
#pragma D option strsize=64
#pragma D option aggsize=1m
#pragma D option bufsize=256k
#pragma D option switchrate=10hz

BEGIN
{
	printf("fine\n");
	exit(0);
}
