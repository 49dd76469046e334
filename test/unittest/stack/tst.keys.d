/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AGG-01: stacks as keys.
 * @@trigger: calls getppid=7
 */

#pragma D option quiet

syscall::getppid:entry
/pid == $target/
{
	@[ustack(2), "k"] = count();
}
