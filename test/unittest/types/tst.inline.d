/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-09: inline constants and expressions.
 */

#pragma D option quiet

inline int LIMIT = 10;
inline int twice = LIMIT * 2;
inline string name = "inlined";

BEGIN
{
	printf("%d %d %s\n", LIMIT, twice, name);
	exit(0);
}
