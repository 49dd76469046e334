/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SC-02: return values; errno.
 * @@trigger: calls lseek=1
 */

#pragma D option quiet

syscall::lseek:return
/pid == $target/
{
	printf("%d %d %d\n", (int)arg0, (int)arg1, errno);
}
