/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SDT-02: the parameters that the kernel hands to the event, with their types.
 * @@trigger: calls sleep20=5
 */

#pragma D option quiet

int done;

rawtp:sched::sched_switch
/args[2]->pid == $target && !done/
{
	done = 1;
	printf("%s:%s:%s:%s\n", probeprov, probemod, probefunc, probename);
	printf("%s %d %d\n", stringof(args[2]->comm), args[1] == curthread, arg1 == (int64_t)curthread);
}
