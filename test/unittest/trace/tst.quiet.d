/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OUT-10: trace() under -q is bare.
 */

#pragma D option quiet

BEGIN
{
	trace(42);
	trace(" ");
	trace(-1);
	trace(" text ");
	trace((uint64_t)-1);
	trace("\n");
	exit(0);
}
