#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# O-67: a buffer that is too big is lowered, and that is said; any size will do; bufresize=manual refuses.
run() { "$DTRACE" "$@" -n 'BEGIN { trace("ok"); exit(0); }' 2>&1; }
fail() { echo "$1"; exit 1; }
(ulimit -v 400000; "$DTRACE" -V >/dev/null 2>&1) || { echo 'needs a program that runs with little address space'; exit 77; }
for sink in ring perf; do
	for size in 1 3000 5000 100k 16m; do
		out=$(run -q -xsink=$sink -b $size) && [ "$(echo $out)" = ok ] || fail "$sink $size: $out"
	done
	(ulimit -v 400000; run -xsink=$sink -b 200m) | grep -qx 'dtrace: buffer size lowered to [1-9][0-9]*m' ||
		fail "$sink: 200m was not lowered"
	out=$(ulimit -v 400000; run -xsink=$sink -b 200m -x bufresize=manual) && fail "$sink: manual: $out"
	case $out in *'not enough memory'*) ;; *) fail "$sink: manual: $out" ;; esac
	(ulimit -v 400000; run -xsink=$sink -b 200m -x quietresize) | grep -q lowered && fail 'quietresize'
done
run -b 8t -e >/dev/null || fail "8t, not run"
exit 0
