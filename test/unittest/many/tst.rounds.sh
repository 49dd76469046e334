#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Random sets of probes, enabled and disabled under load, again and again: each run works, and leaves
# nothing in the kernel. (DTRACE_ROUNDS=200 for the long run.)
# @@timeout: 300
# @@alone
# @@requires: root cmd:bpftool
. test/unittest/cmd/left.bash
rounds=${DTRACE_ROUNDS:-5}
dir=$(mktemp -d) || exit 1
trap 'touch "$dir/stop"; wait; rm -rf "$dir"' EXIT
fail() { echo "$*"; exit 1; }
left_start
# the load: system calls, files, processes
(while [ ! -e "$dir/stop" ]; do "$TRIGGERS/calls" fork=2 getpgid=3000 seq=500 openat=500; cat /proc/self/maps; done >/dev/null 2>&1) &

has() { "$DTRACE" -Vv | grep -Eq "^yes +($1)  "; }
few=('syscall::openat:return' 'syscall:::entry' 'sdt:sched::sched_switch' 'rawtp:sched::sched_wakeup' 'profile-197')
many=('syscall:::' 'sdt:sched::' 'rawtp:irq::')
if has 'kprobe\.multi'; then
	many+=('fbt::[a-d]*:entry' 'fbt::*_show:' 'fbt::vfs_*:' 'fbt::__x64_sys_*:return' 'rawfbt::*_open:')
elif has kprobe; then # by perf events, those would take minutes to end
	many+=('fbt::vfs_*:' 'fbt::ksys_*:entry' 'fbt::do_sys_open*:')
fi
if has 'kprobe|kprobe\.multi|fentry and fexit'; then
	few+=('fbt::vfs_read:entry' 'fbt::vfs_read:return' 'rawfbt::vfs_open:' 'fbt::seq_printf:')
fi
actions=('@[probename] = count();' '@[probefunc, stack(3)] = count();' 'self->t = timestamp; @ = max(self->t);'
	'printf("%s\n", probefunc);' '@ = count(); @k[execname] = sum(arg0);')
for ((i = 0; i < rounds; i++)); do
	d="${few[RANDOM % ${#few[@]}]}, ${few[RANDOM % ${#few[@]}]}"
	[ $((RANDOM % 3)) != 0 ] || d="$d, ${many[RANDOM % ${#many[@]}]}"
	d="$d { ${actions[RANDOM % ${#actions[@]}]} } tick-$((RANDOM % 300 + 20))ms { exit(7); }"
	timeout 120 "$DTRACE" -qn "$d" >"$dir/out" 2>"$dir/err"
	rc=$?
	[ $rc = 7 ] || fail "$d: exit status $rc: $(tail -3 "$dir/err")"
	! grep -Ev 'missed| drops?( |$)|left out|will take|matched' "$dir/err" || fail "$d: that was said"
done
touch "$dir/stop"
wait
left_check 60 || exit 1 # (with kprobes by perf events, the last one may have its descriptors closed for that long)
