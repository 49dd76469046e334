/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRM-11, TYP-02: typedefs, our own and the built-in ones.
 */

#pragma D option quiet

typedef int number_t;
typedef number_t other_t;
other_t x;
uint64_t y;

BEGIN
{
	x = -4;
	y = (uint64_t)(int64_t)x;
	printf("%d %d\n", x, y);
	printf("%d %d %d %d %d\n", sizeof (pid_t), sizeof (size_t), sizeof (uchar_t), sizeof (int64_t),
	    sizeof (uintptr_t));
	exit(0);
}
