/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stack begins with the function that the event is in, for both providers.
 * @@trigger: calls sleep20=5
 */

#pragma D option quiet

int raw;
int rec;

rawtp:sched::sched_switch
/pid == $target && !raw/
{
	raw = 1;
	stack(1);
}

sdt:sched::sched_switch
/pid == $target && arg1 == pid && !rec/
{
	rec = 1;
	stack(1);
}
