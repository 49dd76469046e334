/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FBT-05: a stack begins with the function's caller, at entry and at return; caller is that, and
 * stackdepth counts it. (A function that no other test watches: on old kernels stacks end at a return
 * probe of somebody else.)
 * @@requires kprobe
 * @@trigger calls lseek=1
 */
#pragma D option quiet

fbt::__x64_sys_lseek:entry, fbt::__x64_sys_lseek:return
/pid == $target/
{
	printf("%s %a %d\n", probename, caller, stackdepth >= 2);
	stack(1);
}
