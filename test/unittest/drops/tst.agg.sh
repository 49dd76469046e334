#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# More keys than a tiny aggregation buffer holds: counts printed + aggregation drops = firings.
# @@timeout: 60
. test/unittest/drops/lib.bash
n=60000
for rate in 50ms 10s; do
	"$DTRACE" -q -x aggsize=4k -x "aggrate=$rate" -n 'syscall::getpgid:entry /pid == $target/ {
		@[arg0] = count(); @s[arg0, "other"] = sum(1); }' -c "$TRIGGERS/calls seq=$n" >"$tmp.out" 2>"$tmp.err" ||
		{ echo "status $?"; cat "$tmp.err"; exit 1; }
	got=$(awk 'NF { n += $NF } END { printf("%d\n", n) }' "$tmp.out")
	drops=$(reported 'aggregation drop' "$tmp.err")
	balance "aggrate $rate" $((2 * n)) "$got" "$drops" "$tmp.err" 2
	[ "$drops" -gt 0 ] || { echo "nothing was dropped"; exit 1; }
done
