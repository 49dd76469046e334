#!/bin/bash
# @@timeout 120
d=$(mktemp -d); mkdir $d/m; truncate -s 8M $d/img; mke2fs -qF -t ext4 $d/img; l=$(losetup -f --show $d/img); mount $l $d/m; mkdir $d/m/some; [ -b /dev/ram0 ] && mke2fs -qF -t ext4 /dev/ram0 && mkdir $d/r && mount /dev/ram0 $d/r
OUT=/ctl/res/scratch.log; [ -d /ctl/res ] || OUT=/tmp/scratch.log; : > $OUT
( sleep 4; dd if=/dev/zero of=$d/m/some/file bs=64k count=4 conv=fsync;  dd if=/dev/zero of=$d/r/ramfile bs=64k count=4 conv=fsync; ls / ; sh -c 'exit 3' ) >/dev/null 2>&1 &
$DTRACE -n 'io:::start { @[args[1]->dev_statname, args[2]->fi_pathname] = sum(args[0]->b_bcount); } tick-8s { exit(0); }' >>$OUT 2>&1
( sleep 4; ls / ; sh -c 'exit 3';  ) >/dev/null 2>&1 &
$DTRACE -n 'proc:::exec-success { printf("%s %d\n", execname, pid); } tick-8s { exit(0); }' >>$OUT 2>&1
( sleep 4; dd if=/dev/zero of=$d/r/file2 bs=64k count=4 conv=fsync ) >/dev/null 2>&1 &
$DTRACE -qn 'io:::start, io:::done /args[1]->dev_name == "x" || args[2]->fi_name == "file2"/ { printf("%s %s %s %d %d %d\n", probename, args[1]->dev_name, args[1]->dev_pathname, args[0]->b_bcount, args[0]->b_blkno, args[2]->fi_offset); } tick-8s { exit(0); }' >>$OUT 2>&1
$DTRACE -n 'proc:::create, proc:::lwp-create, proc:::signal-send { trace(arg0); } proc:::lwp-create, proc:::signal-send { trace(args[1]->pr_pid); } tick-1s { exit(0); }' >>$OUT 2>&1
umount $d/m; losetup -d $l; [ -d $d/r ] && umount $d/r; rm -rf $d; exit 1
