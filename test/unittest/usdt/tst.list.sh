#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# USDT-08, PC-03: processes' probes are listed if they are asked for, by process, and not otherwise.
# @@requires: root
# @@timeout: 60
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
"$TRIGGERS/usdt" 1 "$dir/go" >/dev/null &
pid=$!
until [ "$(readlink /proc/$pid/exe)" = "$(realpath "$TRIGGERS/usdt")" ]; do sleep 0.02; done
failed=0
check() {
	"$DTRACE" -l "${@:2}" >"$dir/out" 2>"$dir/err"
	got=$(awk -v p="trig$pid" '$2 == p { print $5 }' "$dir/out" | sort | tr '\n' ' ')
	[ "$got" = "$1" ] && return
	echo "${*:2}: $got, not $1"
	failed=1
}
check 'on-demand plain two-sites ' -n 'trig*:::'
check 'on-demand plain two-sites ' -P "trig$pid"
check 'on-demand plain two-sites ' -P 'trig$target' -p $pid
check 'on-demand ' -n "trig$pid::main:"
check 'on-demand ' -n "trig*:::on-*"
check 'on-demand plain plain two-sites two-sites ' -m 'trig*:usdt' -f 'trig*::fire'
check '' -m 'usdt'
check ''
"$DTRACE" -lvn "trig$pid:::plain" >"$dir/out"
for want in 'args\[0\]: int32_t' 'args\[1\]: uint64_t' 'args\[4\]: uint16_t' 'args\[5\]: int8_t'; do
	grep -q "$want" "$dir/out" || { echo "no $want"; failed=1; }
done
touch "$dir/go"
wait $pid
exit $failed
