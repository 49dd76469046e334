/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BV-24: errno at the return of a system call.
 * @@trigger: calls close=1 getppid=1
 */

#pragma D option quiet

syscall::close:return
/pid == $target && errno != 0/
{
	printf("%d %d\n", errno, (int)arg0);
}

syscall::getppid:return
/pid == $target/
{
	printf("getppid %d\n", errno);
	exit(0);
}
