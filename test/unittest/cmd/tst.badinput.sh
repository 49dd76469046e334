#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Each kind of wrong command gives one clear diagnostic, the right status, at once, and leaves nothing.
# @@timeout: 120
# shellcheck disable=SC2016
. test/unittest/cmd/left.bash
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0

# wrong WHAT STATUS TEXT COMMAND...: its messages are one, and hold TEXT (a grep pattern). That a busy machine
# missed a sample on the way is said besides.
wrong()
{
	local what=$1 status=$2 text=$3 rc n
	shift 3
	timeout 60 "$@" >"$dir/out" 2>"$dir/err" </dev/null
	rc=$?
	n=$(grep -a '^dtrace: ' "$dir/err" | grep -avc ' missed samples\{0,1\}$')
	[ "$rc" = "$status" ] && [ "$n" = 1 ] && grep -aq "$text" "$dir/err" && return
	echo "$what: status $rc, $n messages, expected $status and: $text"
	head -c 500 "$dir/err" | head -4
	failed=1
}

left_start
spec='^dtrace: invalid probe specifier'
script='^dtrace: failed to compile script'

# the program
wrong syntax 1 "$spec.* in action list: syntax error near \";\"" "$DTRACE" -n 'BEGIN { x = ; }'
wrong 'open brace' 1 "$spec.* in action list: syntax error" "$DTRACE" -n 'BEGIN {'
wrong 'open string' 1 "$spec.* string" "$DTRACE" -n 'BEGIN { trace("abc'
wrong 'open comment' 1 "$spec.* comment" "$DTRACE" -n 'BEGIN { exit(0); } /* abc'
wrong provider 1 "$spec.*nosuch:::probe does not match any probes" "$DTRACE" -n 'nosuch:::probe { exit(0); }'
wrong call 1 "$spec.*does not match any probes" "$DTRACE" -n 'syscall::nosuch:entry'
wrong variable 1 "$spec.*failed to resolve nosuch: " "$DTRACE" -n 'BEGIN { trace(nosuch); }'
wrong function 1 "$spec.*nosuch" "$DTRACE" -n 'BEGIN { nosuch(); }'
wrong type 1 "$spec.*incompatible types" "$DTRACE" -n 'BEGIN { trace("a" + 1); }'
wrong 'other type' 1 "$spec.*incompatible types" "$DTRACE" -n 'BEGIN { x = "a"; x = 1; }'
wrong member 1 "$spec.*nosuch" "$DTRACE" -n 'BEGIN { trace(curthread->nosuch); }'
wrong empty 1 "$spec.*empty D program" "$DTRACE" -n ''
wrong argument 1 "$spec.*macro argument \$1 is not defined" "$DTRACE" -n 'BEGIN { trace($1); }'
wrong arguments 1 "$spec.*extraneous argument '1'" "$DTRACE" -n 'BEGIN { exit(0); }' $(seq 1000)
wrong pragma 1 "nosuch: Invalid option name" "$DTRACE" -n '#pragma D option nosuch
BEGIN { exit(0); }'
wrong 'no types' 1 "type of curthread is not known.*no type information" \
	"$DTRACE" -xbtfpath=/nonexistent -n 'BEGIN { trace(curthread->pid); }'
wrong 'no types (env)' 1 "no type information" \
	env DTRACE_OPT_BTFPATH=/nonexistent "$DTRACE" -n 'BEGIN { trace(curthread->pid); }'

# scripts
wrong 'no script' 1 'failed to open /nonexistent.d: No such file or directory' "$DTRACE" -s /nonexistent.d
wrong folder 1 'failed to read script /tmp: Is a directory' "$DTRACE" -s /tmp
wrong 'empty script' 1 "$script /dev/null: .*empty D program" "$DTRACE" -s /dev/null
wrong elf 1 "$script.*not text" "$DTRACE" -s /bin/true
printf 'BEGIN { exit(0); }\001\002\377\376' >"$dir/bytes.d"
wrong bytes 1 "$script.*syntax error" "$DTRACE" -s "$dir/bytes.d"
{ yes 'BEGIN { trace(1); }' | head -c 10000000; } >"$dir/big.d"
wrong '10 MB' 1 "$script.*too large: the limit is" "$DTRACE" -s "$dir/big.d"
rep() { printf "%$2s" '' | sed "s/ /$1/g"; }
echo "BEGIN { x = $(rep '(' 100000)1; exit(0); }" >"$dir/deep.d"
wrong parentheses 1 "$script.*nested too deeply" "$DTRACE" -s "$dir/deep.d"
echo "BEGIN { x = $(rep '!' 100000)1; exit(0); }" >"$dir/deep.d"
wrong operators 1 "$script.*nested too deeply" "$DTRACE" -s "$dir/deep.d"
echo "BEGIN { $(rep 'if (1) {' 20000)" >"$dir/deep.d"
wrong blocks 1 "$script.*nested too deeply" "$DTRACE" -s "$dir/deep.d"
echo "BEGIN { x = $(rep 'a[' 20000)1" >"$dir/deep.d"
wrong indices 1 "$script.*nested too deeply" "$DTRACE" -s "$dir/deep.d"
printf '\357\273\277BEGIN { exit(0); }\r\n' >"$dir/bom.d" # an editor's marks: fine
"$DTRACE" -qs "$dir/bom.d" || { echo 'byte order mark'; failed=1; }

# options and operands
wrong option 1 'nosuch: Invalid option name' "$DTRACE" -x nosuch -n BEGIN
for v in bufsize=abc bufsize=-1 bufsize=99999999999999999999 bufsize bufsize=0 switchrate=hello strsize=0 sink=tape; do
	wrong "$v" 1 'Invalid value for specified option' "$DTRACE" -x $v -n BEGIN
done
wrong 'no process' 1 'failed to grab pid 999999999: No such process' "$DTRACE" -p 999999999 -n BEGIN
wrong 'process name' 1 'invalid process id: abc' "$DTRACE" -p abc -n BEGIN
wrong 'no command' 1 'failed to execute nonexistent: No such file or directory' "$DTRACE" -c nonexistent -n BEGIN
wrong 'folder as command' 1 'failed to execute /tmp: Permission denied' "$DTRACE" -c /tmp -n BEGIN
wrong 'empty command' 1 '.-c needs' "$DTRACE" -c '' -n BEGIN
for f in "-s" "-n" "-j"; do
	"$DTRACE" $f >"$dir/out" 2>&1
	[ $? = 2 ] || { echo "$f: not a usage error"; failed=1; }
done

# output that can't be written
wrong full 1 'No space left on device' bash -c '"$DTRACE" -qn "tick-10ms { printf(\"x\"); }" >/dev/full'
wrong 'full aggregation' 1 'No space left on device' bash -c '"$DTRACE" -qn "BEGIN { @ = count(); exit(0); }" >/dev/full'
wrong 'full list' 1 'No space left on device' bash -c '"$DTRACE" -l >/dev/full'
wrong 'full version' 1 'No space left on device' bash -c '"$DTRACE" -V >/dev/full'
wrong 'full help' 1 'No space left on device' bash -c '"$DTRACE" --help >/dev/full'
wrong '-o full' 1 'No space left on device' "$DTRACE" -o /dev/full -qn 'tick-10ms { printf("x"); }'
wrong '-o folder' 1 "failed to open output file '/tmp': Is a directory" "$DTRACE" -o /tmp -n BEGIN
# A reader that has gone is no reason for a message.
for reader in true 'head -1'; do
	rc=$({ timeout 20 "$DTRACE" -qn 'tick-10ms { printf("x\n"); }' 2>"$dir/err"; echo $? >"$dir/rc"; } | $reader; cat "$dir/rc")
	[ "${rc##*$'\n'}" = 1 ] && ! grep -v ' missed samples\{0,1\}$' "$dir/err" || { echo "| $reader: $rc"; cat "$dir/err"; failed=1; }
done

# without privileges
if command -v setpriv >/dev/null; then
	cp "$DTRACE" "$dir/dtrace" && chmod 755 "$dir" "$dir/dtrace"
	printf 'BEGIN { exit(0); }' >"$dir/secret.d" && chmod 600 "$dir/secret.d"
	wrong nobody 2 'needs root, or the capabilities CAP_BPF and CAP_PERFMON' \
		setpriv --reuid 65534 --regid 65534 --clear-groups "$dir/dtrace" -n 'BEGIN { exit(0); }'
	wrong 'unreadable script' 1 'failed to open .*secret.d: Permission denied' \
		setpriv --reuid 65534 --regid 65534 --clear-groups "$dir/dtrace" -es "$dir/secret.d"
fi
left_check || failed=1
exit $failed
