/* SPDX-License-Identifier: BSD-2-Clause */
/* The record has fewer fields. @@requires: root */

sdt:sched::sched_switch
{
	trace(args[20]);
}
