/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ++ and -- before and after, left to right; op=.
 */

#pragma D option quiet

BEGIN
{
	i = 5;
	j = i++ + ++i;
	printf("%d %d\n", i, j);
	k = i-- - --i;
	printf("%d %d\n", i, k);
	i <<= 3;
	printf("%d\n", i);
	i ^= 0xff;
	i |= 0x100;
	i &= ~1;
	printf("%x\n", i);
	exit(0);
}
