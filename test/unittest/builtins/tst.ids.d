/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BV-27..33: ids of the process.
 * @@requires: root
 */

#pragma D option quiet

BEGIN
{
	printf("%d %d %d %d %d %d\n", pid == $pid, ppid == $ppid, tid == $pid, uid, gid, execname == "dtrace");
	exit(0);
}
