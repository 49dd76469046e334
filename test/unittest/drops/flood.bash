# SPDX-License-Identifier: BSD-2-Clause
#
# Records overrun tiny buffers, whose consumer looks at them twice a second. flood SINK: lines printed
# and drops reported must add up to the calls made.

flood()
{
	local sink=$1 load n=240000 pid

	set -- -q "-xsink=$sink" -b 16k -x switchrate=500ms
	for load in "getppid=$n" "fork=4 getppid=$((n / 4))"; do
		# started by us: one process, or it and its children
		"$DTRACE" "$@" -n 'syscall::getppid:entry /pid == $target || ppid == $target/ {
			printf("line %d %d\n", cpu, pid); }' -c "$TRIGGERS/calls $load" >"$tmp.out" 2>"$tmp.err" ||
			{ echo "status $?"; cat "$tmp.err"; exit 1; }
		balance "$sink, -c, $load" "$n" "$(grep -c '^line [0-9]* [0-9]*$' "$tmp.out")" \
			"$(reported drop "$tmp.err")" "$tmp.err"
	done

	# started beside us, told from others' calls by its name; the consumer is stopped meanwhile
	cp "$TRIGGERS/calls" "$tmp.fl" && mv "$tmp.fl" "${tmp%/*}/fl$$" || exit 1
	trap 'rm -f "$tmp".* "${tmp%/*}/fl$$"' EXIT
	"$DTRACE" "$@" -n 'BEGIN { printf("ready\n"); }
		syscall::getppid:entry /execname == $$1/ { printf("line %d %d\n", cpu, pid); }
		END { printf("end\n"); }' "fl$$" >"$tmp.out" 2>"$tmp.err" & pid=$!
	await "$tmp.out" ready
	kill -STOP $pid
	"${tmp%/*}/fl$$" fork=4 "getppid=$((n / 4))"
	kill -CONT $pid
	kill -INT $pid
	wait $pid || { echo "status $?"; cat "$tmp.err"; exit 1; }
	balance "$sink, separate" "$n" "$(grep -c '^line [0-9]* [0-9]*$' "$tmp.out")" \
		"$(reported drop "$tmp.err")" "$tmp.err"
	[ "$(reported drop "$tmp.err")" -gt 0 ] || { echo "$sink: nothing was dropped"; exit 1; }
	grep -q '^end$' "$tmp.out" || { echo "$sink: END's record is missing"; exit 1; }
}
