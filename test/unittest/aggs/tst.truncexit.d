/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-13: trunc(@, n) before the printing at exit.
 */

#pragma D option quiet

BEGIN
{
	@["a"] = sum(1);
	@["b"] = sum(2);
	@["c"] = sum(3);
	exit(0);
}

END
{
	trunc(@, 1);
}
