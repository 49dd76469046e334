#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# With a switchrate, buffers are read when they are filling up, too: what is printed here comes long
# before the rate would have it read. 2,000 records of 24 bytes, a buffer of 64 KiB.
. test/unittest/await.bash
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
out=$dir/out me=calls$$ # other tests' calls are not ours
cp "$TRIGGERS/calls" "$dir/$me" || exit 1
"$DTRACE" -q -x bufsize=64k -x switchrate=50sec -n 'BEGIN { printf("ready\n"); }
	syscall::getpgid:entry /execname == $$1/ { printf("%d\n", (int)arg0); }' "$me" >"$out" &
pid=$!
await "$out" ready
sleep .3
taskset -c 0 "$dir/$me" getpgid=2000
for _ in $(seq 200); do [ "$(grep -c '^0$' "$out")" -gt 100 ] && break; sleep .05; done
before=$(grep -c '^0$' "$out")
kill -INT $pid
wait $pid || exit 1
all=$(grep -c '^0$' "$out")
[ "$before" -gt 100 ] && [ "$all" = 2000 ] || { echo "read before the end: $before, in all: $all"; exit 1; }
