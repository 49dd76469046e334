/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * S-07: copyinstr() of a path.
 * @@trigger: calls openat=1
 */

#pragma D option quiet

syscall::openat:entry
/pid == $target && copyinstr(arg1) == "/nonexistent/file"/
{
	printf("%s %d\n", copyinstr(arg1), strlen(copyinstr(arg1)));
	printf("%s\n", basename(copyinstr(arg1)));
}
