#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Decision 27: an aggregation that dropped keys grows at the next snapshots, so that later bursts fit; with
# bufresize=manual it stays as small as it was asked to be. Counts printed + drops = firings either way.
# @@timeout: 60
# @@alone
. test/unittest/drops/lib.bash
burst="seq=3000 read=1" n=24000
mkfifo "$tmp.go"
exec 9<>"$tmp.go"
# After each burst the program waits, until what was counted has been looked at: when printa() prints.
feed()
{
	local i=0 n
	while kill -0 $$ 2>/dev/null; do
		n=$(grep -c snapshot "$tmp.out")
		for ((; i < n; i++)); do printf x >&9; done
		sleep .05
	done
}
for resize in auto manual; do
	: >"$tmp.out"
	feed & feeder=$!
	"$DTRACE" -q -x aggsize=4k -x aggrate=10ms -x bufresize=$resize \
		-n 'syscall::getpgid:entry /pid == $target/ { @[arg0] = count(); }
		syscall::read:entry /pid == $target && arg0 == 0/ { @s = count(); printa("snapshot %@d\n", @s); }
		END { trunc(@s); }' \
		-c "$TRIGGERS/calls $burst $burst $burst $burst $burst $burst $burst $burst" \
		<&9 >"$tmp.out" 2>"$tmp.err" || { echo "status $?"; cat "$tmp.err"; exit 1; }
	kill $feeder
	drops=$(reported 'aggregation drop' "$tmp.err")
	balance "bufresize=$resize" $n "$(awk 'NF && !/snapshot/ { n += $NF } END { printf("%d\n", n) }' "$tmp.out")" "$drops" "$tmp.err"
	declare "$resize=$drops"
done
# shellcheck disable=SC2154
echo "dropped: $auto when it may grow, $manual when not"
[ "$auto" -gt 0 ] && [ "$auto" -lt "$manual" ]
