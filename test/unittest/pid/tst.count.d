/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every call counts, in every thread, though four of them are busy on one CPU; what a child of the process does is not its doing (PID-11).
 *
 * @@trigger: funcs 4000 4
 */

#pragma D option quiet

pid$target::add:entry
{
	@["entry"] = count();
	@sum = sum(arg0);
}

pid$target::add:return
{
	@["return"] = count();
}

END
{
	printa("%s %@d\n", @);
	printa("%@d", @sum);
}
