#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# O-66, bufpolicy=fill: nothing is printed until a buffer is full; that is the end of tracing. What came
# before is all there, in order, END's record has room, and the firing there was none for is a drop.
# @@timeout: 60
. test/unittest/drops/lib.bash
for sink in ring perf; do
	# the command is still sleeping when all has been said
	timeout 25 "$DTRACE" -q -x bufpolicy=fill -x sink=$sink -b 16k -n 'BEGIN { printf("begin\n"); }
		syscall::getpgid:entry /pid == $target/ { printf("line %d\n", arg0); }
		syscall::getpgid:entry /pid == $target/ { @seen = count(); }
		syscall::getppid:entry /pid == $target/ { printf("after\n"); @after = count(); }
		END { printf("end\n"); printa("seen %@d\n", @seen); printa("after %@d\n", @after); }' \
		-c "$TRIGGERS/calls seq=20000 getppid=1 sleep20=3000" >"$tmp.out" 2>"$tmp.err" ||
		{ echo "status $?"; cat "$tmp.err"; exit 1; }
	lines=$(grep -c '^line' "$tmp.out")
	balance "$sink, until it was full" "$(sed -n 's/^seen //p' "$tmp.out")" "$lines" "$(reported drop "$tmp.err")" "$tmp.err"
	[ "$(reported drop "$tmp.err")" = 1 ] || { echo "$sink: more than one drop"; cat "$tmp.err"; exit 1; }
	[ "$(head -1 "$tmp.out")" = begin ] && grep -q '^end$' "$tmp.out" || { echo "$sink: BEGIN, END"; exit 1; }
	! grep -q after "$tmp.out" || { echo "$sink: traced on"; exit 1; }
	[ "$lines" -gt 300 ] && [ "$lines" -lt 1000 ] || { echo "$sink: $lines lines of 16 KiB"; exit 1; }
	awk -v missed="$(missed "$tmp.err")" '/^line/ { if ($2 < last || $2 > n + missed) exit 1; last = $2; n++ }' "$tmp.out" ||
		{ echo "$sink: not the first records, in order"; exit 1; }
done
# exit() is heeded although nobody reads the buffers, and so is a buffer that BEGIN fills
timeout 25 "$DTRACE" -q -x bufpolicy=fill -n 'tick-50ms { printf("tick\n"); exit(3); }' >"$tmp.out"
[ $? = 3 ] && [ "$(grep -c tick "$tmp.out")" = 1 ] || { echo "exit: $?"; cat "$tmp.out"; exit 1; }
timeout 25 "$DTRACE" -q -x bufpolicy=fill -x sink=perf -b 4k -x strsize=3000 -n 'BEGIN { trace(strjoin("a", "b")); } BEGIN { trace(strjoin("c", "d")); }
	END { trace("end"); }' >"$tmp.out" 2>"$tmp.err" || { echo "status $?"; exit 1; }
[ "$(reported drop "$tmp.err")" -ge 1 ] || { echo "BEGIN: no drop"; cat "$tmp.out" "$tmp.err"; exit 1; }
