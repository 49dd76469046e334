/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nothing is lost of a few thousand records.
 * @@trigger: calls seq=5000
 */

#pragma D option quiet

syscall::getpgid:entry
/pid == $target/
{
	printf("%d\n", arg0);
}
