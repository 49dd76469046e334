/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MAC-01..08: the ids of dtrace itself; BEGIN runs in it.
 */

#pragma D option quiet

BEGIN
{
	printf("%d %d %d %d\n", $pid == pid, $ppid == ppid, $uid == uid, $gid == gid);
	printf("%d %d %d\n", $euid, $pgid > 0, $sid >= 0);
	printf("%d\n", strlen($$uid));
	exit(0);
}
