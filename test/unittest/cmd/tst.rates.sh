#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Spec 11.1: rates that are faster than can be done are lowered, and that is said; options version and
# debug, DTRACE_DEBUG.
fail() { echo "$1"; exit 1; }
run() { "$DTRACE" "$@" -n 'BEGIN { trace("ok"); exit(0); }' 2>&1; }

run -xstatusrate=1us | grep -qx 'dtrace: status rate reduced to 1000 hz' || fail statusrate
run -xaggrate=500000hz | grep -qx 'dtrace: aggregation rate reduced to 1000 hz' || fail aggrate
run -xswitchrate=1 | grep -qx 'dtrace: switch rate reduced to 1000 hz' || fail switchrate
run -xstatusrate=10ms -xaggrate=1s -xswitchrate=0 | grep -q ' rate ' && fail 'nothing to say'
run -q -xstatusrate=1us | grep -q ' rate ' && fail 'quiet'

for v in 1.0 1.6.3 2.0; do run -q -xversion=$v | grep -q ok || fail "version $v"; done
for v in 0.9 2.0.1 3.0 x 1 1.x 2.0z; do run -q -xversion=$v >/dev/null && fail "version $v"; done

run -q | grep -q DEBUG && fail 'debugging unasked'
for set in DTRACE_DEBUG=1 DTRACE_OPT_DEBUG=1; do
	out=$(export "$set"; run -q -L /nonexistent) || fail "$set: status"
	for what in 'no libraries in /nonexistent' checked generated loaded attached; do
		grep -q "^libdtrace DEBUG [0-9.]* ms: $what" <<<"$out" || fail "$set: no '$what': $out"
	done
done
exit 0
