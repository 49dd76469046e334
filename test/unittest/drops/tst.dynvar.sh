#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# An associative array without room: what was stored + dynamic variable drops = stores.
# @@timeout: 60
. test/unittest/drops/lib.bash
n=60000
"$DTRACE" -q -x dynvarsize=16k -n 'syscall::getpgid:entry /pid == $target/ { a[arg0] = 1; all++; }
	syscall::getpgid:entry /pid == $target && a[arg0] == 1/ { kept++; }
	END { printf("%d %d\n", all, kept); }' -c "$TRIGGERS/calls seq=$n" >"$tmp.out" 2>"$tmp.err" ||
	{ echo "status $?"; cat "$tmp.err"; exit 1; }
read -r all kept <<<"$(grep . "$tmp.out")"
drops=$(reported 'dynamic variable drop' "$tmp.err")
[ "$drops" -gt 0 ] || { echo "nothing was dropped"; cat "$tmp.err"; exit 1; }
balance stores "$n" "$kept" "$drops" "$tmp.err"
balance firings "$n" "$all" 0 "$tmp.err"
