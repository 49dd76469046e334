/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-01: tuples, ties sorted by key.
 */

#pragma D option quiet

BEGIN
{
	@["bash", 3] = sum(12);
	@["sshd", 4] = sum(150);
	@["bash", 2] = sum(12);
	exit(0);
}
