#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Missed firings account for what is lacking, and for no more: several busy processes on few CPUs, and
# everybody's calls counted by the same program. What it missed of others is less than what it saw of them.
# @@timeout: 60
# @@alone
. test/unittest/drops/lib.bash
n=80000
"$DTRACE" -qn 'syscall::getppid:entry /ppid == $target && execname == "calls"/ { @mine = count(); }
	syscall:::entry /ppid != $target || execname != "calls"/ { @others = count(); }
	END { printa("mine %@d\n", @mine); printa("others %@d\n", @others); }' \
	-c "$TRIGGERS/calls fork=4 getppid=$((n / 4))" >"$tmp.out" 2>"$tmp.err" || { cat "$tmp.err"; exit 1; }
mine=$(sed -n 's/^mine //p' "$tmp.out") others=$(sed -n 's/^others //p' "$tmp.out") m=$(missed "$tmp.err")
echo "$mine of $n, $m missed; of others $others"
balance "calls of ours" $n "$mine" 0 "$tmp.err"
[ $((mine + m)) -le $((n + others)) ] || { echo "more reported than was missed"; exit 1; }
