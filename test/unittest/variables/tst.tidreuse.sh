#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# @@timeout 60
#
# VAR: a thread's variables end with it; the next one to be given its number finds none of them.
last=/proc/sys/kernel/ns_last_pid
[ -w $last ] || { echo "needs $last"; exit 77; }
calls=build/triggers/calls
again=$(mktemp)
trap 'rm -f "$again"' EXIT
cat >"$again" <<-END
	for i in {1..50}; do
		$calls getppid=2 & first=\$!; wait
		echo \$((first - 1)) >$last; $calls getppid=2 & second=\$!; wait
		[ \$first = \$second ] && break
	done
END
out=$("$DTRACE" -qn 'self int n; self int a[string, int]; self int b[int]; self string s;
	syscall::getppid:entry /execname == "calls"/ {
		printf("%d %d %d %d %s\n", pid, self->n, self->a["k", 1], self->b[2], self->s);
		self->n++; self->a["k", 1] += 2; self->b[2] = 3; self->s = "set"; v = vtimestamp; }' \
	-c "/bin/bash $again" 2>&1) || { echo "$out"; exit 1; }
# Both processes of the last pair.
got=$(grep . <<<"$out" | tail -n 4)
pid=${got%% *}
[ "$got" = "$pid 0 0 0 
$pid 1 2 3 set
$pid 0 0 0 
$pid 1 2 3 set" ] || { echo "$out"; exit 1; }
