#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# F-05, caller, stackdepth: a stack begins where the event is, and stays so while another program listens
# to it: the kernel then calls both through a function of its own.
first() {
	"$DTRACE" -qn 'syscall::getppid:entry /pid == $target/ {
		stack(100); printf("depth %d caller %a\n", stackdepth, caller); exit(0); }' \
		-c "build/triggers/calls getppid=1" 2>&1 | grep -v 'missed firings* (recursion)'
}
alone=$(first)
"$DTRACE" -qn 'syscall::getpgid:entry { @ = count(); } tick-10s { exit(0); }' >/dev/null 2>&1 &
other=$!
sleep 1
both=$(first)
kill -INT $other
wait
# the second frame is the caller; all of it is the depth
frames=$(grep -c '^ .*`' <<<"$alone") caller=$(grep '^ .*`' <<<"$alone" | sed -n '2s/ *//p')
grep -q "^depth $frames caller $caller\$" <<<"$alone" || { echo "$alone"; exit 1; }
[ -n "$alone" ] && [ "$alone" = "$both" ] || { echo "alone:$alone
with another:$both"; exit 1; }
grep -qi 'bpf\|traceiter\|0x[0-9a-f]\{9\}' <<<"$alone" && { echo "$alone"; exit 1; }
exit 0
