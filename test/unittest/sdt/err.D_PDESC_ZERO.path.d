/* SPDX-License-Identifier: BSD-2-Clause */
/* A description is no path: it leads nowhere outside the list of events. @@requires: root */

sdt:..:sched:sched_switch
{
	exit(0);
}
