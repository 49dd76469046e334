#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# O-67: a buffer that is too big is lowered, and that is said; any size will do; bufresize=manual refuses.
run() { "$DTRACE" "$@" -n 'syscall:::entry { trace("ok"); exit(0); }' 2>&1; }
fail() { echo "$1"; exit 1; }
(ulimit -v 400000; "$DTRACE" -V >/dev/null 2>&1) || { echo 'needs a program that runs with little address space'; exit 77; }
for sink in ring perf; do
	for size in 1 3000 5000 100k 16m; do
		out=$(run -q -xsink=$sink -b $size) && [[ $out = *ok* ]] || fail "$sink $size: $out"
	done
done
# Perf buffers are mapped as a whole: with little address space a big one does not fit.
small() { (ulimit -v 400000; run -xsink=perf -b 200m "$@"); }
small | grep -qx 'dtrace: buffer size lowered to [1-9][0-9]*m' || fail 'not lowered'
small -xquietresize | grep -q lowered && fail quietresize
out=$(small -xbufresize=manual) && fail "manual: $out"
case $out in *'not enough memory'*) ;; *) fail "manual: $out" ;; esac
run -b 8t -e >/dev/null || fail "8t, not run"
exit 0
