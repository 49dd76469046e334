/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-24: sizeof of types and expressions.
 */

#pragma D option quiet

struct s { char c; int i; char d; };
union u { char c[13]; int i; };
enum e { A, B };
struct bits { int a:3; int b:5; unsigned c:24; };
int x;

BEGIN
{
	printf("%d %d %d %d %d\n", sizeof (char), sizeof (short), sizeof (int), sizeof (long), sizeof (void *));
	printf("%d %d %d %d\n", sizeof (struct s), sizeof (union u), sizeof (enum e), sizeof (struct bits));
	printf("%d %d\n", sizeof (x), sizeof (string));
	exit(0);
}
