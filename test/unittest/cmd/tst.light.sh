#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# A program that asks for little takes little: no kernel types are read for it, and its buffers are
# not looked at before something is in them. Under 8 MiB at most, where the buffers are 8 MiB.
. test/unittest/await.bash
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
"$DTRACE" -q -x bufsize=8m -n 'BEGIN { printf("ready\n"); }' >"$out" &
pid=$!
await "$out" ready
peak=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB$/\1/p' "/proc/$pid/status")
kill -INT $pid
wait $pid || exit 1
[ -n "$peak" ] && [ "$peak" -lt 8192 ] || { echo "peak memory: $peak KiB"; exit 1; }
