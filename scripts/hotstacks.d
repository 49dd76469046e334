#!/usr/sbin/dtrace -qs
/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hotstacks.d -- where CPU time goes: the ten most frequent user stacks, for 10 seconds or until
 * Ctrl-C. With -p or -c only that process is sampled.
 *
 *	# scripts/hotstacks.d
 *
 *	  gzip
 *	              gzip`longest_match+0x6e
 *	              gzip`deflate+0x1a3
 *	              gzip`main+0x8f0
 *	              812
 */

profile-99
/arg1 != 0 && ($target == 0 || pid == $target)/
{
	@[execname, ustack(8)] = count();
}

tick-10s
{
	exit(0);
}

END
{
	trunc(@, 10);
}
