#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# C-32: SIGINT and SIGTERM end a trace properly, a second one at once, also while it is being set up; what
# was started with -c is left neither stopped nor without its own end; -p changes nothing.
# @@timeout: 120
. test/unittest/await.bash
. test/unittest/cmd/left.bash
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
fail() { echo "$*"; head -5 "$dir/err"; exit 1; }
gone() { for _ in $(seq 300); do kill -0 "$1" 2>/dev/null || return 0; sleep .1; done; return 1; }
state() { sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null; }
cp "$(command -v sleep)" "$dir/victim" # a name that is ours alone
victims() { pgrep -f "^$dir/victim"; }
start() # a signal that comes before dtrace is there must not run our trap
{
	trap - EXIT
	exec env --default-signal=HUP "$DTRACE" "$@" # who runs tests under nohup has dtrace ignore it
}
left_start

# properly
for s in INT TERM HUP; do
	rm -f "$dir/out"
	start -qn 'BEGIN { printf("up\n"); @ = sum(7); } END { printf("end\n"); }' >"$dir/out" 2>"$dir/err" & p=$!
	await "$dir/out" up
	kill -$s $p
	wait $p
	rc=$?
	[ $rc = 0 ] && [ "$(grep . "$dir/out" | tr -d ' \n')" = upend7 ] || fail "$s: status $rc: $(cat "$dir/out")"
done

# A pipe nobody reads, whole: our own status, and no message
"$DTRACE" -qn 'tick-10ms { printf("x\n"); }' 2>"$dir/err" | true
rc=${PIPESTATUS[0]}
[ "$rc" = 1 ] && ! grep -v ' missed samples\{0,1\}$' "$dir/err" || fail "pipe: status $rc"

# at once: an output that blocks keeps it from ending properly
mkfifo "$dir/pipe"
exec 9<>"$dir/pipe"
start -qn 'BEGIN { printf("up\n"); } tick-1ms { printf("%1000d\n", 1); }' >"$dir/pipe" 2>"$dir/err" & p=$!
for _ in $(seq 600); do # until it hangs in writing to 1
	[[ $(cat /proc/$p/syscall 2>/dev/null) = *' 0x1 '* ]] && sleep .2 && [[ $(cat /proc/$p/syscall) = [0-9]*' 0x1 '* ]] && break
	sleep .1
done
kill -INT $p
sleep .3
kill -0 $p 2>/dev/null || fail "a blocked write was given up at the first signal"
kill -INT $p
gone $p || fail "not gone at the second signal"
wait $p
[ $? = 1 ] || fail "second signal: another status"
exec 9<&-

# At any moment of setting up and tracing; what is held for -c must not stay.
i=0
while [ $((i += 1)) -le 20 ]; do
	sig=INT
	[ $((i % 2)) = 0 ] && sig=TERM
	start -qn 'syscall:::entry { @[probefunc] = count(); } END { printf("end\n"); }' \
		-c "$dir/victim 97" >"$dir/out" 2>"$dir/err" & p=$!
	sleep "0.0$((RANDOM % 90 + 10))"
	kill -$sig $p 2>/dev/null
	gone $p || fail "still there after $sig"
	wait $p
done
for c in $(victims); do # those that were let go are their own masters
	[ "$(state "$c")" != t ] || fail "process left stopped"
	kill -KILL "$c"
done

# kill -9 likewise
sleep 300 & other=$!
i=0
while [ $((i += 1)) -le 50 ]; do
	case $((i % 3)) in
	0) set -- -p $other ;;
	1) set -- -c "$dir/victim 98" ;;
	2) set -- -xsink=perf ;;
	esac
	start -qn 'syscall:::entry { @[probefunc, stack()] = count(); self->t = timestamp; a[pid] = 1; }
		profile-97 { printf("%d\n", pid); }' "$@" >/dev/null 2>&1 & p=$!
	sleep "0.$(printf %03d $((RANDOM % 150)))"
	kill -KILL $p
	wait $p 2>/dev/null
	for c in $(victims); do
		[ "$(state "$c")" = S ] || sleep .5 # it may be on its way out
		case $(state "$c") in t | T) fail "process left stopped" ;; esac
		kill -KILL "$c" 2>/dev/null
	done
done 2>/dev/null
[ "$(state $other)" = S ] || fail "-p: the process is now in state $(state $other)"
kill $other
wait $other 2>/dev/null
left_check
