#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# SIGKILL at any moment, whatever is traced: no program, map, link or perf event stays behind, no semaphore
# stays raised, and who is traced goes on. (DTRACE_ROUNDS=200 for the long run.)
# @@timeout: 300
# @@alone
# @@requires: cmd:bpftool
. test/unittest/cmd/left.bash
rounds=${DTRACE_ROUNDS:-14}
dir=$(mktemp -d) || exit 1
trap 'kill $traced 2>/dev/null; rm -rf "$dir"' EXIT
fail() { echo "$*"; exit 1; }
left_start
"$TRIGGERS/usdt" 3 "$dir/go" 600 >"$dir/usdt" & traced=$!

programs=(
	'syscall:::entry { @[execname, probefunc] = count(); }'
	'profile-997 { @[stack(5), ustack(5)] = count(); }'
	'sdt:sched::sched_switch { self->t = timestamp; @[args[5]] = quantize(arg1); }'
	'rawtp:sched::, rawtp:irq:: { @[probename] = count(); }'
	'proc:::, io::: { printf("%s %d\n", probename, pid); }'
	"trig$traced:::, trig*:::on-demand { @[probename] = count(); }"
	"pid$traced:libc:*sleep*:entry, pid$traced:libc:us*:return { @[probefunc] = count(); }"
	'syscall::read:entry { self->s = copyinstr(arg1); printf("%s", self->s); } cpc:::page_faults-all-1 { @ = count(); }'
)
if $DTRACE -Vv | grep -Eq '^yes +(kprobe|kprobe.multi|fentry and fexit)  '; then
	programs+=('fbt::vfs_*:entry, fbt::vfs_*:return { @[probefunc] = count(); }'
		'fbt::ksys_read:entry { self->t = timestamp; } fbt::ksys_read:return { @ = avg(timestamp - self->t); }')
fi
for ((i = 0; i < rounds; i++)); do
	"$DTRACE" -qn "${programs[i % ${#programs[@]}]}" >"$dir/out" 2>"$dir/err" & p=$!
	sleep "0.$(printf %03d $((RANDOM % 400)))"
	kill -0 $p 2>/dev/null || fail "ended by itself: ${programs[i % ${#programs[@]}]}: $(head -3 "$dir/err")"
	kill -9 $p
	wait $p 2>/dev/null
done
left_check || exit 1
kill -0 $traced 2>/dev/null || fail "what was traced has gone"
touch "$dir/go"
wait $traced
[ "$(cat "$dir/usdt")" = "demanded 0" ] || fail "a semaphore stayed raised: $(cat "$dir/usdt")"
