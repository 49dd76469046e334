/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SDT-01: a field of variable length (__data_loc) is a pointer to its characters in the record.
 * @@trigger: execs /bin/true
 */

#pragma D option quiet

sdt:sched::sched_process_exec
/ppid == $target/
{
	printf("%s %d %d\n", basename(stringof(args[0])), args[1] == pid, strlen(stringof(arg0)) > 4);
}
