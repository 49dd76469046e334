/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AS-01: values are compared as signed numbers.
 */

#pragma D option quiet

BEGIN
{
	@["minus"] = sum(-5);
	@["zero"] = sum(0);
	@["plus"] = sum(5);
	exit(0);
}
