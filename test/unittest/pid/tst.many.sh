#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# All functions in one go, entry and return: what the kernel refuses, or what has no return, is left
# out and named, the rest counts, and the program does what it always does.
# @@requires: root uprobe-multi
out=$("$DTRACE" -qvn 'pid$target:libc:malloc:entry /arg0 == 12345/ { @ = count(); }
	pid$target:::entry,pid$target:::return { @all = count(); }
	pid$target:a.out:twice:return { printf("twice %d\n", arg1); } END { printa("%@d\n", @); trunc(@all); }' \
	-c "$TRIGGERS/funcs 50" 2>&1) || exit 1
grep -qx 50 <<<"$out" && grep -qx 'twice 42' <<<"$out" &&
	grep -q ':_start:return is left out: it does not return' <<<"$out" && exit 0
echo "$out"
exit 1
