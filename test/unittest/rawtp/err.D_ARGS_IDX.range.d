/* SPDX-License-Identifier: BSD-2-Clause */
/* The event has fewer parameters. @@requires: root */

rawtp:sched::sched_process_exit
{
	trace(args[11]);
}
