#!/usr/sbin/dtrace -qs
/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diskfiles.d -- what disks are busy with: bytes by device, direction and file, and how long requests
 * took. <none> is what belongs to no file: the file systems' own data, direct input and output.
 *
 *	# scripts/diskfiles.d
 *	^C
 *	vda      write             4096 /var/log/syslog
 *	vda      read            131072 /usr/bin/python3.11
 *	vda      write          1048576 <none>
 *
 *	  vda (microseconds)
 *	           value  ------------- Distribution ------------- count
 *	             128 |                                         0
 *	             256 |@@@@@@@@@@@@@                            2
 *	             512 |@@@@@@@@@@@@@@@@@@@@@@@@@@@              4
 *	            1024 |                                         0
 */

io:::start
{
	@bytes[args[1]->dev_statname, args[0]->b_flags & B_READ ? "read" : "write",
	    args[2]->fi_pathname] = sum(args[0]->b_bcount);
	began[args[0]->b_edev, args[0]->b_blkno] = timestamp;
}

io:::done
/began[args[0]->b_edev, args[0]->b_blkno]/
{
	@took[args[1]->dev_statname] = quantize((timestamp -
	    began[args[0]->b_edev, args[0]->b_blkno]) / 1000);
	began[args[0]->b_edev, args[0]->b_blkno] = 0;
}

END
{
	printa("%-8s %-5s %@16d %s\n", @bytes);
	printa("\n  %s (microseconds)\n%@d", @took);
}
