/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PF-13: %Y is local time (TZ=UTC here).
 */

#pragma D option quiet

BEGIN
{
	printf("%Y\n", (int64_t)1500000000000000000);
	printf("%Y\n", (uint64_t)1600000000123456789);
	exit(0);
}
