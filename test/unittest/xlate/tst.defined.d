/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * defined(): members, types, symbols, names; what is decided against need not make sense.
 */
#pragma D option quiet

struct own { int here; };

BEGIN
{
	printf("%d %d %d\n", defined(curthread->tgid), defined(curthread->nosuch),
	    defined(((struct own *)0)->here));
	printf("%d %d\n", defined(sizeof (struct own)), defined(sizeof (struct never_declared)));
	printf("%d %d %d\n", defined(pid), defined(nosuch), defined(EINVAL));
	printf("%d\n", defined(curthread->nosuch) ? curthread->nosuch :
	    !defined(curthread->tgid) || defined(nosuch) ? nosuch : curthread->tgid == pid);
	if (defined(curthread->nosuch))
		printf("%d\n", curthread->nosuch);
	else if (!defined(curthread->nosuch) && defined(curthread->tgid))
		printf("else\n");
	if (!defined(curthread->tgid))
		printf("%s\n", nosuch);
	exit(0);
}
