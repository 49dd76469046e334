/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SDT-01: where no field is read, the event is listened to as it is; what is counted is the same. Two
 * clauses, one of which reads, share the record.
 * @@trigger: calls sleep20=1
 */

#pragma D option quiet

sdt:sched::sched_process_exit
/pid == $target/
{
	@n[probename] = count();
}

sdt:task::task_newtask, sdt:sched::sched_process_exit
/pid == $target/
{
	@n[probemod] = count();
}

sdt:sched::sched_process_exit
/pid == $target/
{
	@p["pid"] = sum(arg1 == pid);
}
