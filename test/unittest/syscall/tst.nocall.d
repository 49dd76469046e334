/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SC-01, SC-02: a call that the kernel lacks fails like others do, and is told from others that it lacks.
 * @@trigger: calls nfsservctl=3
 */

#pragma D option quiet

syscall::nfsservctl:entry
/pid == $target/
{
	@[probefunc, probename, (int)arg0, (int)arg2] = count();
}

syscall::nfsservctl:return
/pid == $target/
{
	@[probefunc, probename, (int)arg1, errno] = count();
}

syscall::afs_syscall:,
syscall::vserver:
/pid == $target/
{
	trace("another");
}

syscall:::return
/pid == $target && probefunc == "nfsservctl"/
{
	@[probefunc, "one of all", (int)arg1, errno] = count();
}
