/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EXP-01: at equal rank a signed operand becomes unsigned; a lower unsigned one becomes signed.
 */

#pragma D option quiet

int s;
uint32_t u;
int64_t l;
uint8_t b;

BEGIN
{
	s = -7;
	u = 2;
	l = -7;
	b = 2;
	printf("%d\n", s / u);
	printf("%d\n", s / 2);
	printf("%d\n", l / u);
	printf("%d\n", s / b);
	exit(0);
}
