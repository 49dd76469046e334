/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SC-01: the arguments.
 * @@trigger: calls lseek=1
 */

#pragma D option quiet

syscall::lseek:entry
/pid == $target/
{
	printf("%d %d %d\n", arg0, (int64_t)arg1, arg2);
}
