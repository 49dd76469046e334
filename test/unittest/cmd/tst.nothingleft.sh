#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Decision 4: nothing stays in the kernel after SIGKILL.
# @@timeout: 60
. test/unittest/await.bash
command -v bpftool >/dev/null || { echo "no bpftool"; exit 77; }
ids() { bpftool prog list 2>/dev/null | sed -n 's/^\([0-9]*\):.*/\1/p' | sort; }
f=${TMPDIR:-/tmp}/left.$$; trap 'rm -f "$f" "$f".*' EXIT
ids >"$f.before"
"$DTRACE" -q -n 'BEGIN { printf("up\n"); } syscall:::entry { @[execname] = count(); } tick-1s { n++; }' >"$f" 2>&1 & p=$!
await "$f" up
ids | comm -13 "$f.before" - >"$f.new"
[ -s "$f.new" ] || { echo "no programs while tracing"; exit 1; }
kill -9 $p; wait $p 2>/dev/null
# Other tests may run at the same time; their programs end soon as well.
for _ in $(seq 100); do
	[ -n "$(ids | comm -12 "$f.new" -)" ] || exit 0
	sleep .3
done
echo "left: $(ids | comm -12 "$f.new" - | tr '\n' ' ')"
exit 1
