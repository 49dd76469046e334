/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * At its first instruction a function has no frame yet; its caller is in its stack all the same. At
 * return the program is where it was called from (PID-07).
 *
 * @@trigger: stack
 */

#pragma D option quiet

pid$target::innermost:entry
{
	printf("%d", ustackdepth > 3);
	ustack(4);
	ustack(1);
	printf("%A\n", ucaller);
}

pid$target::innermost:return
{
	ustack(3);
	printf("%A\n", uregs[R_PC]);
}
