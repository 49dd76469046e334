/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A library's functions, as often as they are called: its libraries are there before the program
 * begins. cfree is free by another name, and each is found by its own.
 *
 * @@trigger: funcs 300
 */

#pragma D option quiet

pid$target:libc:malloc:entry
/arg0 == 12345/
{
	self->in = 1;
	@["malloc"] = count();
}

pid$target:libc:malloc:return
/self->in/
{
	self->in = 0;
	self->p = arg1;
	@["returned"] = count();
}

pid$target:libc:free:entry
/self->p && arg0 == self->p/
{
	self->p = 0;
	@["free"] = count();
}

END
{
	printa("%@d\n", @);
}
