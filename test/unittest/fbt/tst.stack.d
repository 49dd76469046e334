/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FBT-05: a stack begins with the function's caller, at entry and at return; caller is that, and
 * stackdepth counts it.
 * @@requires kprobe
 * @@trigger calls badwrite=1
 */
#pragma D option quiet

fbt::__x64_sys_write:entry, fbt::__x64_sys_write:return
/pid == $target/
{
	printf("%s %a %d\n", probename, caller, stackdepth >= 2);
	stack(1);
}
