/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inlines: constants, strings, functions.
 */

#pragma D option quiet

inline int K = 3; inline string S = "str"; inline int f[int a, int b] = a * b + K;

BEGIN
{
	printf("%d %s %d\n", K, S, f[2, 5]);
	x = 4;
	printf("%d\n", f[x, x + 1]);
	exit(0);
}
