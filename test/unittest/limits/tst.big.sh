#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Big programs work, or one message says in words of D what there is too much of.
# @@timeout: 60
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0
# rep N TEXT: TEXT N times, & replaced by 0..N-1
rep() { seq 0 $(($1 - 1)) | sed "s#.*#$2#"; }
run() { timeout 30 "$DTRACE" -q "$@" -s "$dir/p.d" >"$dir/out" 2>"$dir/err"; }
# works WHAT LASTLINE [OPTION...]: the program on stdin
works()
{
	local what=$1 want=$2 rc last
	shift 2
	cat >"$dir/p.d"
	run "$@"
	rc=$?
	last=$(grep . "$dir/out" | tail -n1)
	[ $rc = 0 ] && [ "$last" = "$want" ] && [ ! -s "$dir/err" ] && return
	echo "$what: status $rc: ${last:0:100}, not $want"
	head -c 300 "$dir/err"
	failed=1
}
refused()
{
	local what=$1 text=$2 rc
	shift 2
	cat >"$dir/p.d"
	run "$@"
	rc=$?
	[ $rc = 1 ] && [ "$(grep -c '^dtrace: ' "$dir/err")" = 1 ] && grep -q "$text" "$dir/err" && return
	echo "$what: status $rc, not: $text"
	head -c 300 "$dir/err"
	failed=1
}

{ rep 1000 'BEGIN { x += &; }'; echo 'BEGIN { printf("%d\n", x); exit(0); }'; } | works clauses 499500
{ rep 200 'BEGIN { printf("&\\n"); }'; echo 'BEGIN { exit(0); }'; } | works records 199
{ echo 'BEGIN { x = 5; y = 0'; rep 500 '+ (x == & ? & : 1)'; echo '; printf("%d\n", y); exit(0); }'; } | works choices 504
{ echo 'BEGIN { x = 1; '; rep 500 'if (x == &) { x++; }'; echo 'printf("%d\n", x); exit(0); }'; } | works ifs 500
{ echo 'BEGIN {'; rep 200 '@a& = count();'; echo 'exit(0); }'; } | works aggregations "$(printf '%17d' 1)"
{ echo 'BEGIN {'; rep 500 'v& = &; self->s& = &; this->t& = &;'; echo 'printf("%d %d %d\n", v499, self->s499, this->t499); exit(0); }'; } | works variables '499 499 499'
{ echo 'BEGIN { printf("'; } | tr -d '\n' >"$dir/head"
{ cat "$dir/head"; rep 100 '%d ' | tr -d '\n'; echo -n '\n"'; rep 100 ', &'; echo '); exit(0); }'; } | works printf "$(echo $(seq 0 99)) "
keys=$(echo $(seq 1 30) | tr ' ' ,)
echo "BEGIN { a[$keys] = 7; printf(\"%d\n\", a[$keys]); exit(0); }" | works keys 7
keys=$(rep 29 'execname,' | tr -d '\n')pid
echo "BEGIN { a[$keys] = 7; printf(\"%d\n\", a[$keys]); exit(0); }" | works 'string keys' 7
printf 'BEGIN { x = "%s"; printf("%%d\\n", strlen(x)); exit(0); }' "$(head -c 100000 /dev/zero | tr '\0' x)" | works string 255
for sink in ring perf; do
	for size in 4096 60000; do
		echo 'BEGIN { x = strjoin(execname, "abc"); printf("%s %d\n", x, strlen(x)); exit(0); }' |
			works "strsize=$size, $sink" 'dtraceabc 9' -xstrsize=$size -xsink=$sink
	done
done

echo 'BEGIN { x = strjoin(execname, "a"); printf("%s\n", x); exit(0); }' |
	refused 'perf record' 'records have 65[0-9]* bytes, and one in a perf buffer at most' -xstrsize=65536 -xsink=perf
{ echo 'BEGIN {'; rep 200 '@a&[pid] = count();'; echo 'exit(0); }'; } | refused maps 'need [0-9]* maps, more than the 64 there can be'
{ echo 'BEGIN { x = pid; y = 0'; rep 5000 '+ x'; echo '; exit(0); }'; } | refused terms 'expression is too long or nested too deeply'
{ echo 'BEGIN { x = 1;'; rep 100 'if (x == &) { printf("&"); }'; echo 'exit(0); }'; } |
	refused actions 'can have at most 64 data-recording actions'
exit $failed
