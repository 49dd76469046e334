#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# @@timeout: 60
# @@alone (others' programs make the kernel skip ours where programs can be preempted)
# @@requires: cmd:taskset
# DESIGN, decision 8: four busy tasks on one CPU. By every mechanism that this kernel has for it, what was
# counted and what was reported as missed account for what was called; and what counts system calls and
# functions misses nothing.
set -u
. test/unittest/await.bash
each=${EACH:-4000} dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "$*"; cat "$dir/err" "$dir/out"; exit 1; }

# run EXACT CLAUSES: $1 to $4 are the tasks; every element of @n is to be what was called: each by itself if
# EXACT is 1; else with what was missed, of an event that is everybody's. Nothing but CLAUSES decides when
# tracing ends: an event that is to end it could be missed.
run() {
	local exact=$1 clauses=$2 pids= i bad tracer
	rm -f "$dir/go" "$dir/out"; mkfifo "$dir/go"
	exec 9<>"$dir/go"
	for i in 1 2 3 4; do
		taskset -c 0 "$TRIGGERS/calls" read=1 "getppid=$each" <"$dir/go" &
		pids="$pids $!"
	done
	sleep 0.3
	# shellcheck disable=SC2086
	$DTRACE -x argref -x defaultargs -qn "
		BEGIN { printf(\"begun\n\"); }
		$clauses
		tick-1s /++seconds == 50/ { exit(1); }
		END { printa(\"count %s %@d\n\", @n); trunc(@n); }" $pids >"$dir/out" 2>"$dir/err" </dev/null &
	tracer=$!
	await "$dir/out" begun
	echo 1234 >&9	# now they go on
	# shellcheck disable=SC2086
	wait $pids
	exec 9>&-
	kill -TERM $tracer
	wait $tracer || fail "dtrace failed"
	bad=$(cat "$dir/err" "$dir/out" | awk -v exact="$exact" -v want=$((4 * each)) '
		/missed firing/ { missed += $2 }
		$1 == "count" { n++; sum += $3; if ($3 > want || (exact && $3 < want)) print $2 ": " $3 " of " want }
		END {
			if (!n) print "nothing was counted"
			if (sum + missed < n * want) print sum " and " missed " missed are not " n " times " want
			if (exact && missed) print missed " missed"
		}')
	[ -z "$bad" ] || fail "$bad"
	grep -h 'count\|missed' "$dir/out" "$dir/err"
}

ours='pid == $1 || pid == $2 || pid == $3 || pid == $4'
run 0 "sdt:raw_syscalls::sys_enter /args[0] == 110 && ($ours)/ { @n[probeprov] = count(); }"

functions=
if $DTRACE -Vv | grep -Eq '^yes +(kprobe|kprobe.multi|fentry and fexit)  '; then
	functions="fbt::__x64_sys_getppid:entry, fbt::__x64_sys_getppid:return,"
fi
for p in '$1' '$2' '$3' '$4'; do
	places="${places:+$places,} pid$p:calls:call_getppid:entry, pid$p:calls:call_getppid:return"
done
run 1 "$functions syscall::getppid:entry, syscall::getppid:return /$ours/ { @n[strjoin(probeprov, probename)] = count(); }
	syscall:::entry /probefunc == \"getppid\" && ($ours)/ { @n[\"amongall\"] = count(); }
	$places { @n[strjoin(\"pid\", probename)] = count(); }"
exit 0
