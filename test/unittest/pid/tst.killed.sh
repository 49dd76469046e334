#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# dtrace is killed at random moments while it starts a process for pid and USDT probes: the process
# is not left stopped, nor with a breakpoint of ours in it, and its semaphores go back to 0.
# @@requires: root
# @@timeout: 60
failed=0
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
"$TRIGGERS/usdt" 1 "$dir/go" >"$dir/out" &
other=$!
for i in $(seq 1 "${ROUNDS:-6}"); do
	"$DTRACE" -qn 'pid$target:libc::entry { @ = count(); } trig*:::on-demand { @p = count(); }' \
		-c "$TRIGGERS/funcs 2000000" >/dev/null 2>&1 &
	pid=$!
	sleep "0.$(printf %03d $((RANDOM % 300)))"
	child=$(cat /proc/$pid/task/$pid/children 2>/dev/null)
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	for c in $child; do
		for try in $(seq 1 100); do
			state=$(sed 's/.*) //; s/ .*//' "/proc/$c/stat" 2>/dev/null)
			case $state in R | S | D | Z | X | '') break ;; esac
			sleep 0.05
		done
		case $state in
		t | T)
			echo "round $i: the process is left stopped"
			failed=1
			;;
		esac
		kill -9 "$c" 2>/dev/null
	done
done
# the kernel needs its time to detach
for try in $(seq 1 50); do
	out=$("$TRIGGERS/usdt" 3 /)
	[ "$out" = 'demanded 0' ] && break
	sleep 0.1
done
sleep 1
touch "$dir/go"
wait $other
[ "$out$(cat "$dir/out")" = 'demanded 0demanded 0' ] || { echo "semaphores: $out, $(cat "$dir/out")"; failed=1; }
exit $failed
