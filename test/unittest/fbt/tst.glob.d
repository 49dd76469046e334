/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FBT-01: a glob: each function by its own name, those of other tasks too; two clauses for one of them.
 * @@requires kprobe
 * @@trigger calls getpgid=30 lseek=20
 */
#pragma D option quiet
#pragma D option aggsortkey

fbt::__x64_sys_getpg*:entry, fbt::__x64_sys_lsee*:entry
/pid == $target && args[0]->orig_ax != 0/
{
	@[probemod, probefunc, probename] = count();
}

fbt::__x64_sys_lseek:entry
/pid == $target && args[0]->di == 11/
{
	@twice[probefunc] = count();
}
