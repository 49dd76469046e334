/* SPDX-License-Identifier: BSD-2-Clause */
/* PD-10: no such event, in a group that there is. @@requires: root */

sdt:sched::sched_nosuch
{
	exit(0);
}
