#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# -c and -p at their edges: commands that end at once, die of a signal, print while they are traced;
# a process that ends, one of each kind.
# @@timeout: 60
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
fail() { echo "$*"; head -c 400 "$dir/out" "$dir/err"; exit 1; }
t() { timeout 20 "$DTRACE" -q "$@" >"$dir/out" 2>"$dir/err"; }
said() { [ "$(grep . "$dir/out" | tr '\n' ' ')" = "$1 " ] && [ ! -s "$dir/err" ]; }

# ends at once, with whatever status: its own is not ours
for c in true false "$TRIGGERS/calls getppid=3"; do
	t -c "$c" -n 'END { printf("end\n"); }' && said end || fail "-c $c: status $?"
done
# killed by a signal
# shellcheck disable=SC2016
printf 'kill -9 $$\n' >"$dir/kill"
t -c "sh $dir/kill" -n 'END { printf("end\n"); }' && said end || fail "killed: status $?"
# not a byte of what it did is missing
t -c "$TRIGGERS/calls getppid=5" -n 'syscall::getppid:entry /pid == $target/ { n++; } END { printf("%d\n", n); }' &&
	said 5 || fail 'calls before the end'
# a reason of our own comes first: the command is not waited for
t -c 'sleep 30' -n 'BEGIN { printf("begin\n"); exit(3); }'
[ $? = 3 ] && said begin || fail 'exit() in BEGIN'
# nor does it stay behind when tracing ends before it does; one of -p does
for how in exit signal; do
	sleep 30 & p=$!
	if [ $how = exit ]; then
		t -c 'sleep 30' -p $p -n 'tick-100ms { printf("%d\n", $target); exit(3); }'
		[ $? = 3 ] || fail 'exit() before the command ends'
	else
		timeout --foreground 1 "$DTRACE" -q -c 'sleep 30' -p $p \
			-n 'BEGIN { printf("%d\n", $target); }' >"$dir/out" 2>"$dir/err"
	fi
	child=$(grep . "$dir/out")
	[ -n "$child" ] || fail "$how: no process id"
	kill -0 "$child" 2>/dev/null && fail "$how: the command was left behind"
	kill -0 $p 2>/dev/null || fail "$how: -p: was killed"
	kill $p
done
# what it prints comes after what BEGIN printed, and before END
t -c 'echo child' -n 'BEGIN { printf("begin\n"); } END { printf("end\n"); }' && said 'begin child end' || fail 'order'

# -p
sleep 1 & p=$!
t -p $p -n 'BEGIN { printf("%d\n", $target); } END { printf("end\n"); }' && said "$p end" || fail '-p'
# -c and -p: until both have ended; $target is the first
sleep 1 & p=$!
t -p $p -c true -n 'END { printf("%d\n", $target != '$p'); }' && said 1 || fail '-c with -p'
kill -0 $p 2>/dev/null && fail '-c with -p: did not wait for the other'
# one that has ended, but was not waited for
sh -c 'sleep 0 & echo $!; exec sleep 3' >"$dir/zombie" & p=$!
for _ in $(seq 50); do [ -s "$dir/zombie" ] && break; sleep .1; done
sleep .3
t -p "$(cat "$dir/zombie")" -n 'BEGIN { } tick-5s { exit(7); }'
rc=$?
[ $rc = 0 ] || [ $rc = 1 ] || fail "zombie: status $rc"
kill $p
exit 0
