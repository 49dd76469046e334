#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# FBT-01: a name that several functions share means all of them, by name, by glob and by id, and each of them once.
# @@requires kprobe
set -u
fail() { echo "$*"; exit 1; }
files="/sys/class/net/lo/type /sys/firmware/memmap/0/type"	# a type_show each
for f in $files; do [ -r "$f" ] || { echo "no $f"; exit 77; }; done
id=$("$DTRACE" -ln fbt:vmlinux:type_show:entry | awk 'NR > 1 { print $1 }')
for by in "-n fbt::type_show:entry" "-n fbt::type_sho*:entry" "-i $id"; do
	# shellcheck disable=SC2086
	out=$("$DTRACE" -q $by'/execname == "cat"/ { n++; }' -n 'END { printf("%d\n", n); }' -c "cat $files" 2>&1) ||
		fail "$by: $out"
	[ "$(tail -n 1 <<<"$out")" = 2 ] || fail "$by: $out"
done

# Some kernels list functions twice: this one runs once a second.
out=$("$DTRACE" -qn 'fbt::second_overflo*:entry { n++; }
	BEGIN { t = timestamp; }
	tick-6s { printf("%d in %d s\n", n, (timestamp - t) / 1000000000); exit(n > (timestamp - t) / 1000000000 + 3); }' 2>&1) ||
	{ grep -q 'does not match' <<<"$out" && exit 0; fail "second_overflow: $out"; }
