/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OUT-04, OUT-05: -F.
 * @@trigger: calls getppid=1
 */

#pragma D option flowindent

syscall::getppid:
/pid == $target/
{
	trace(1);
}

syscall::getppid:return
/pid == $target/
{
	exit(0);
}
