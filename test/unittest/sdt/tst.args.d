/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SDT-01, PC-02: fields by position, as the record has them. An array of characters is its address in
 * argN and an array in args[N]; integers have their types. next_comm and next_pid of the switch to the
 * process that wakes up are its own.
 * @@trigger: calls sleep20=5
 */

#pragma D option quiet

int done;

sdt:sched::sched_switch
/args[5] == $target && !done/
{
	done = 1;
	printf("%s:%s:%s:%s\n", probeprov, probemod, probefunc, probename);
	printf("%s %s %d\n", stringof(args[4]), stringof(arg4), arg5 == args[5]);
	printf("%d %d %d\n", sizeof (args[4]), sizeof (args[5]), args[4][0] == 'c');
}
