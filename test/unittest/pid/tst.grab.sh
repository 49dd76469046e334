#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# -p: a process that runs already; the first of it is over when dtrace comes, the rest is counted.
# @@requires: root
# @@timeout: 60
. test/unittest/await.bash
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
"$TRIGGERS/usdt" 25 "$dir/go" >/dev/null &
pid=$!
until [ "$(readlink /proc/$pid/exe)" = "$(realpath "$TRIGGERS/usdt")" ]; do sleep 0.02; done
"$DTRACE" -qn 'BEGIN { printf("begun\n"); } pid$target::fire:entry { @ = count(); }' -p $pid >"$dir/out" &
tracer=$!
await "$dir/out" begun
touch "$dir/go"
wait $pid && wait $tracer || exit 1
[ "$(grep -v begun "$dir/out" | tr -d ' \n')" = 25 ] && exit 0
cat "$dir/out"
exit 1
