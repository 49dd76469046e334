/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PF-17: a histogram inside a printa() format.
 */

#pragma D option quiet

BEGIN
{
	@["k"] = quantize(4);
	printa("key %s:%@d.\n", @);
	exit(0);
}
