/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PRF-04: profile-997 samples a busy program; its pc is in user space.
 * @@trigger: spin 20
 */

#pragma D option quiet

profile-997
/pid == $target && arg1 != 0/
{
	n++;
}

tick-10ms
/n >= 5/
{
	printf("sampled\n");
	exit(0);
}
