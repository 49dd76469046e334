#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# USDT-05, USDT-07: trig* is every process with that program, whether it runs already or is started
# later; two of them at once each count for themselves, and the semaphores are down in the end. Other
# tests may run the program, too: ours are this shell's children.
# @@requires: root
# @@timeout: 60
. test/unittest/await.bash
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
"$TRIGGERS/usdt" 5 "$dir/go" >"$dir/before" &
before=$!
until [ "$(readlink /proc/$before/exe)" = "$(realpath "$TRIGGERS/usdt")" ]; do sleep 0.02; done
"$DTRACE" -qn 'BEGIN { printf("begun\n"); } trig*:::on-demand /ppid == $1/ { @[pid] = count(); n++; } trig*:::on-demand /probeprov != strjoin("trig", lltostr(pid))/ { printf("%s is not of %d\n", probeprov, pid); } trig*:::on-demand /n == 12/ { exit(0); }' $$ >"$dir/out" 2>"$dir/err" &
tracer=$!
await "$dir/out" begun
touch "$dir/go"
"$TRIGGERS/usdt" 7 / >"$dir/after" &
after=$!
wait $before $after
wait $tracer || cat "$dir/err"
want=$(printf '%d 5\n%d 7' $before $after | sort)
got=$(awk 'NF == 2 { print $1, $2 }' "$dir/out" | sort)
! grep -q 'is not of' "$dir/out" && [ "$got" = "$want" ] && grep -qx 'demanded 5' "$dir/before" && grep -qx 'demanded 7' "$dir/after" &&
	[ "$("$TRIGGERS/usdt" 3 /)" = 'demanded 0' ] && exit 0
echo "got: $got, wanted: $want"
cat "$dir/before" "$dir/after" "$dir/err"
exit 1
