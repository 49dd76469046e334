/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pointers as keys, of whatever type they are.
 */

#pragma D option quiet

BEGIN
{
	a[curthread] = 1;
	a[(void *)curthread] += 1;
	printf("%d\n", a[curthread]);
	b[&curthread->pid] = "p";
	printf("%s\n", b[&curthread->pid]);
	exit(0);
}
