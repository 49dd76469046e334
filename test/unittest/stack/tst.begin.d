/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * F-05: BEGIN, END and ERROR are no events of the kernel's; a stack there is dtrace's way into them.
 */

#pragma D option quiet

BEGIN
{
	this->d = stackdepth;
	this->c = caller;
	printf("%d %d\n", this->d > 1, this->c != 0);
	exit(0);
}
