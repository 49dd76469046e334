#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The one-liners everybody starts with, as they are written (only shorter), and a script with arguments:
# each ends by itself with status 0, without a message but what matched and missed firings, and prints
# what it must. A string in a page that is not there yet is an error of the clause, also not ours.
# @@timeout: 90
dir=$(mktemp -d) || exit 1
trap 'kill $load 2>/dev/null; rm -rf "$dir"' EXIT
fail() { echo "$what: $*"; echo "--- output"; head -40 "$dir/out"; echo "--- messages"; head "$dir/err"; exit 1; }
run() # what is run is in $what
{
	what=$1
	shift
	"$@" >"$dir/out" 2>"$dir/err"
	rc=$?
	[ $rc = 0 ] || fail "exit status $rc"
	others=$(grep -Ev '^dtrace: (description|script) .* matched [0-9]+ probes?$|missed firings? \(recursion\)$|missed samples?$|^[0-9]+ bytes|^[0-9]+\+0 records|^dtrace: pid [0-9]+ has exited$|: invalid address ' "$dir/err")
	[ -z "$others" ] || fail "said: $others"
}
missed() { sed -n 's/^dtrace: \([0-9]*\) missed firings* (recursion)$/\1/p' "$dir/err" | awk '{ n += $1 } END { print n + 0 }'; }
# of the row whose key is $1, the sum of the counts
total() { awk -v k="$1" 'NF == 0 { mine = 0 } NF == 1 && $1 == k { mine = 1 } mine && /\|/ { n += $NF } END { print n + 0 }' "$dir/out"; }

# Something to see: a shell that opens files, in every slice of time
(trap 'exit 0' TERM; while :; do read -r _ </proc/loadavg; done) & load=$!

run 'calls by program' "$DTRACE" -n 'syscall:::entry { @[execname] = count(); } tick-1s { exit(0); }'
grep -Eq '^  bash  +[1-9][0-9]*$' "$dir/out" || fail 'no bash that called'
sort -c -k2n <(grep -E '^  [^ ]+ +[0-9]+$' "$dir/out") 2>/dev/null || fail 'not in the order of the counts'

run 'files opened' "$DTRACE" -n 'syscall::openat:entry { printf("%s %s\n", execname, copyinstr(arg1)); } tick-1s { exit(0); }'
grep -Eq '^ +[0-9]+ +[0-9]+ +openat:entry bash /proc/loadavg$' "$dir/out" || fail 'bash opened nothing'

run 'where the kernel is' "$DTRACE" -n 'profile-997 { @[stack()] = count(); } tick-1s { exit(0); }'
grep -Eq '^ +vmlinux`[A-Za-z_][A-Za-z_0-9.]*(\+0x[0-9a-f]+)?$' "$dir/out" || fail 'no function of the kernel'
grep -Eq '^ +[1-9][0-9]*$' "$dir/out" || fail 'no counts'

run 'times of reads' "$DTRACE" -n 'syscall::read:entry { self->t = timestamp; } syscall::read:return /self->t/ { @[execname] = quantize(timestamp - self->t); self->t = 0; }' \
	-c 'dd if=/dev/zero of=/dev/null count=1000'
grep -q '^1000+0 records out' "$dir/err" || fail 'dd did not get through'
# besides its blocks dd reads a few libraries; the reading shell may read with it
n=$(total dd)
[ "$n" -le 1020 ] && [ $((n + $(missed))) -ge 1000 ] || fail "$n reads of dd and $(missed) missed"
grep -q 'value  ------------- Distribution ------------- count' "$dir/out" || fail 'no distribution'

run 'the system calls' "$DTRACE" -ln 'syscall:::'
[ "$(head -1 "$dir/out" | tr -s ' ')" = ' ID PROVIDER MODULE FUNCTION NAME' ] || fail 'no heading'
for name in entry return; do
	grep -Eq "^ *[0-9]+ +syscall +vmlinux +openat +$name *\$" "$dir/out" || fail "no openat:$name"
	[ "$(grep -Ec " $name *\$" "$dir/out")" -ge 300 ] || fail "too few of $name"
done
[ -z "$(awk '{ print $1 }' "$dir/out" | sort | uniq -d)" ] || fail 'an id twice'

cat >"$dir/script.d" <<'X'
#pragma D option quiet

syscall::getppid:entry
/execname == $$1/
{
	calls++;
	if (calls % 2)
		seen["odd", pid]++;
	else
		seen["even", pid]++;
}

syscall::getppid:entry
/execname == $$1/
{
	@[probefunc] = sum($2);
}

syscall::getppid:return
/execname == $$1/
{
	returned++;
	this->pid = pid;
	printf("%s", returned == $3 ? "all\n" : "");
	ofpid["odd"] = seen["odd", this->pid];
	ofpid["even"] = seen["even", this->pid];
}

END
{
	printf("%d %d %d\n", calls, ofpid["odd"], ofpid["even"]);
	printa("%s %@d\n", @);
}
X
cp "$TRIGGERS/calls" "$dir/eleven" # a name that nobody else has
run 'a script with arguments' "$DTRACE" -s "$dir/script.d" -c "$dir/eleven getppid=11" eleven 3 11
if [ "$(missed)" = 0 ]; then
	[ "$(<"$dir/out")" = $'all\n11 6 5\ngetppid 33' ] || fail 'not what it counts'
else
	read -r calls odd even < <(grep '^[0-9]' "$dir/out")
	[ "$calls" -le 11 ] && [ $((calls + $(missed))) -ge 11 ] && [ $((odd + even)) -le "$calls" ] || fail "counts and $(missed) missed"
fi
