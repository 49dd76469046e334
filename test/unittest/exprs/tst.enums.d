/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * variables of enumerated type; enumerators in expressions.
 */

#pragma D option quiet

enum e { A, B = 5, C }; enum e v;

BEGIN
{
	v = C;
	printf("%d %d\n", v, v == C);
	printf("%d\n", B | 8);
	exit(0);
}
