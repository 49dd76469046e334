/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counts are exact with several processes at once: the children of the trigger.
 * @@trigger: calls fork=4 getppid=10000
 */

#pragma D option quiet

syscall::getppid:entry
/execname == "calls" && ppid == $target/
{
	@ = count();
}
