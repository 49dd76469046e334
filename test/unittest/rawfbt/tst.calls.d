/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rawfbt: arguments without types, at entry and return.
 * @@requires kprobe
 * @@trigger calls close=1
 */
#pragma D option quiet

rawfbt::__x64_sys_close:entry
/pid == $target && ((struct pt_regs *)args[0])->di > 1000/
{
	self->in = 1;
}

rawfbt::__x64_sys_close:return
/self->in/
{
	printf("%s %s %d %d\n", probeprov, probefunc, (int)arg0, (int)args[1]);
	self->in = 0;
}
