#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# O-66, bufpolicy=ring: the newest records of each CPU, in order, at the end; those that they took the place
# of are counted: printed + overwritten = made. BEGIN's come out first, before any can be overwritten.
# @@timeout: 60
. test/unittest/drops/lib.bash
over() { reported 'record overwritten' "$1" && reported 'records overwritten' "$1"; }
run()	# CALLS
{
	"$DTRACE" -q -x bufpolicy=ring -b 16k -n 'BEGIN { printf("begin\n"); }
		syscall::getpgid:entry /pid == $target || ppid == $target/ { printf("line %d\n", arg0); }
		END { printf("end\n"); }' -c "$TRIGGERS/calls $1" >"$tmp.out" 2>"$tmp.err" ||
		{ echo "status $?"; cat "$tmp.err"; exit 1; }
	lines=$(grep -c '^line' "$tmp.out") gone=$(over "$tmp.err" | awk '{ n += $1 } END { print n }')
	[ "$(grep . "$tmp.out" | sed -n '1p;$p' | tr '\n' ' ')" = "begin end " ] || { echo "$1: BEGIN, END"; exit 1; }
	! grep -q ' drop' "$tmp.err" || { cat "$tmp.err"; exit 1; }
}
run seq=20000
balance "one process" 20000 "$lines" "$gone" "$tmp.err"
[ "$lines" -gt 300 ] && [ "$lines" -lt 1000 ] || { echo "$lines lines of 16 KiB"; exit 1; }
awk -v m="$(missed "$tmp.err")" '/^line/ { if (n++ && ($2 <= last || $2 > last + 1 + m)) exit 1; last = $2 }
	END { exit last < 19999 - m || last > 19999 }' "$tmp.out" || { echo "not the newest records, in order"; exit 1; }
run "fork=4 seq=5000"
balance "four processes" 20000 "$lines" "$gone" "$tmp.err"
run seq=100	# all of it fits
balance "few calls" 100 "$lines" 0 "$tmp.err"
[ "$gone" = 0 ] || { echo "$gone overwritten"; exit 1; }
# records larger than the buffer asked for, and a fault's
"$DTRACE" -q -x bufpolicy=ring -b 4k -x strsize=8000 -x statusrate=50ms -n 'tick-20ms { trace(strjoin(probename, "")); i++; }
	tick-20ms /i == 3/ { trace(*(char *)0); } tick-20ms /i == 5/ { exit(4); }' >"$tmp.out" 2>"$tmp.err"
rc=$?
[ $rc = 4 ] && [ "$(grep -c 'invalid address' "$tmp.err")" = 1 ] && grep -q 'tick-20mstick-20ms' "$tmp.out" ||
	{ echo "large records: status $rc"; cat "$tmp.out" "$tmp.err"; exit 1; }
! grep -q 'internal error' "$tmp.err" || { cat "$tmp.err"; exit 1; }
