/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bad user address faults.
 * @@trigger: calls badwrite=1 getppid=1
 */

#pragma D option quiet

syscall::write:entry
/pid == $target && arg0 == 1001/
{
	printf("%s\n", copyinstr(arg1));
}

syscall::getppid:entry
/pid == $target/
{
	printf("end\n");
	exit(0);
}
