/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CPC-01, CPC-02: a program takes page faults, in its own code and in the kernel's; each is one firing
 * if every one is to be, and the two modes are parts of all.
 * @@trigger: execs /bin/true
 */

#pragma D option quiet

cpc:::page_faults-all-1,
cpc:::page_faults-user-1,
cpc:::page_faults-kernel-1
/ppid == $target/
{
	@n[probename] = count();
}

cpc:::page_faults-all-1
/ppid == $target/
{
	all++;
	bad += (arg0 != 0) == (arg1 != 0);
}

cpc:::page_faults-user-1
/ppid == $target/
{
	parts++;
	bad += arg1 == 0;
}

cpc:::page_faults-kernel-1
/ppid == $target/
{
	parts++;
	bad += arg0 == 0;
}

END
{
	clear(@n);
	printa("%s %@d\n", @n);
	trunc(@n);
	printf("%d %d %d\n", all > 10, all == parts, bad);
}
