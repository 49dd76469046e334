/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PRG-02: #line.
 */

#pragma D option quiet

#line 100 "other.d"

BEGIN
{
	printf("fine\n");
	exit(0);
}
