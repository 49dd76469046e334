#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Decision 27: an aggregation that dropped keys grows at the next snapshots, so that later bursts fit; with
# bufresize=manual it stays as small as it was asked to be. Counts printed + drops = firings either way.
# @@timeout: 60
# @@alone
. test/unittest/drops/lib.bash
burst="seq=3000 sleep20=6" n=24000
for resize in auto manual; do
	"$DTRACE" -q -x aggsize=4k -x aggrate=10ms -x bufresize=$resize \
		-n 'syscall::getpgid:entry /pid == $target/ { @[arg0] = count(); }' \
		-c "$TRIGGERS/calls $burst $burst $burst $burst $burst $burst $burst $burst" \
		>"$tmp.out" 2>"$tmp.err" || { echo "status $?"; cat "$tmp.err"; exit 1; }
	drops=$(reported 'aggregation drop' "$tmp.err")
	balance "bufresize=$resize" $n "$(awk 'NF { n += $NF } END { printf("%d\n", n) }' "$tmp.out")" "$drops" "$tmp.err"
	declare "$resize=$drops"
done
# shellcheck disable=SC2154
echo "dropped: $auto when it may grow, $manual when not"
[ "$auto" -gt 0 ] && [ "$auto" -lt "$manual" ]
