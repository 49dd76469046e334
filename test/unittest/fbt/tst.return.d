/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FBT-04: a return's arg0 is -1, since where it was is not known, arg1 the result, args[1] by type.
 * @@requires kprobe
 * @@trigger calls close=2
 */
#pragma D option quiet

fbt::__x64_sys_close:entry
/pid == $target && args[0]->di > 1000/
{
	self->in = 1;
}

fbt::__x64_sys_close:return
/self->in/
{
	printf("%s:%s %d %d %d\n", probefunc, probename, (int)arg0, (int)arg1, (int)args[1]);
	self->in = 0;
}
