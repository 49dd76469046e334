/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * providers 2: ERROR arg5 is the address.
 */

#pragma D option quiet

ERROR
{
	printf("fault %d address %x\n", arg4, arg5);
	exit(0);
}

BEGIN { trace(*(char *)0x30); }
