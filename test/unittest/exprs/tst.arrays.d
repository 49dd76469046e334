/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TY: arrays by constant and computed index, of chars as a string.
 */

#pragma D option quiet

int arr[10]; char c[16]; uint64_t m[3];

BEGIN
{
	arr[0] = 1;
	arr[9] = 2;
	i = 4;
	arr[i] = 44;
	arr[i + 1] = arr[i] * 2;
	printf("%d %d %d %d\n", arr[0], arr[9], arr[4], arr[5]);
	c[0] = 'h';
	c[1] = 'i';
	c[2] = 0;
	printf("%s\n", stringof(c));
	m[2] = -1;
	printf("%x\n", m[2]);
	exit(0);
}
