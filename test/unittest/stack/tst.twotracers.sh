#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# F-05: a stack begins where the event is, and stays so while another program listens to it: the
# kernel then calls both through a function of its own.
first() {
	"$DTRACE" -qn 'syscall::getppid:entry /pid == $target/ { stack(4); exit(0); }' \
		-c "build/triggers/calls getppid=1" 2>&1 | grep -m1 '`'
}
alone=$(first)
"$DTRACE" -qn 'syscall::getpgid:entry { @ = count(); } tick-10s { exit(0); }' >/dev/null 2>&1 &
other=$!
sleep 1
both=$(first)
kill -INT $other
wait
[ -n "$alone" ] && [ "$alone" = "$both" ] || { echo "alone:$alone with another:$both"; exit 1; }
grep -qi 'bpf\|traceiter' <<<"$alone" && { echo "$alone"; exit 1; }
exit 0
