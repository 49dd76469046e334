/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BV-33: threads of one process.
 * @@trigger: threads 3 20
 */

#pragma D option quiet

syscall::getppid:entry
/pid == $target/
{
	@n = count();
	@other[tid != pid] = count();
}
