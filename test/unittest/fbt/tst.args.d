/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FBT-03: arguments of a function, raw and by type; a system call's points to the registers that the
 * program passed, the first of them the number of the call.
 * @@requires kprobe
 * @@trigger calls seq=4
 */
#pragma D option quiet

fbt::__x64_sys_getpgid:entry
/pid == $target/
{
	printf("%s:%s %d %d\n", probefunc, probename, args[0]->di, arg0 == (uint64_t)args[0]);
}
