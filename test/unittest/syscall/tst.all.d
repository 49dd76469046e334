/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PD-04: syscall:::entry sees them all.
 * @@trigger: calls getppid=10 getpgid=20
 */

#pragma D option quiet

syscall:::entry
/pid == $target && (probefunc == "getppid" || probefunc == "getpgid")/
{
	@[probefunc] = count();
}
