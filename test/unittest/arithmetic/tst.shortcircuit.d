/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OP-09, OP-11: the right operand runs only if it decides; ^^ runs both.
 */

#pragma D option quiet

int a, b, c, zero;

BEGIN
{
	zero = 0;
	this->x = zero && (a = 1);
	this->x = zero || (b = 1);
	this->x = !zero || (c = 1);
	printf("%d %d %d\n", a, b, c);
	exit(0);
}
