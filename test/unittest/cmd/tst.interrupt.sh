#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# C-32: SIGINT stops tracing, runs END and prints aggregations.
. test/unittest/await.bash
f=${TMPDIR:-/tmp}/int.$$; trap 'rm -f "$f"' EXIT
"$DTRACE" -q -n 'BEGIN { printf("started\n"); @ = count(); } END { printf("end\n"); }' >"$f" 2>&1 & p=$!
await "$f" started
kill -INT $p; wait $p; rc=$?
grep -v '^$' "$f"; echo "status $rc"
