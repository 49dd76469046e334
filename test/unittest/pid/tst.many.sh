#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# All of libc in one go: what the kernel refuses is left out and named, the rest counts.
# @@requires: root uprobe-multi
out=$("$DTRACE" -qn 'pid$target:libc::entry /probefunc == "malloc" && arg0 == 12345/ { @ = count(); }
	pid$target:libc::entry { @all = count(); } END { printa("%@d\n", @); }' -c "$TRIGGERS/funcs 50" 2>&1) || exit 1
grep -qx 50 <<<"$out" && exit 0
echo "$out"
exit 1
