/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MAC-13: $$1 is always a string.
 * @@args: 12 word
 */

#pragma D option quiet

BEGIN
{
	printf("%s %s %d\n", $$1, $$2, strlen($$1));
	exit(0);
}
