#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Exactness: four busy tasks; each call is counted, at entry and at return, by fbt and by syscall, or
# reported as missed. Whatever else is missed is reported too, so that the sum may be more.
# @@requires kprobe
set -u
n=5000
out=$("$DTRACE" -qn '
	fbt::__x64_sys_getpgid:entry, fbt::__x64_sys_getpgid:return,
	syscall::getpgid:entry, syscall::getpgid:return
	/execname == "calls" && ppid == $target/ { @[probeprov, probename] = count(); }' \
	-c "build/triggers/calls fork=4 getpgid=$n" 2>&1) || { echo "$out"; exit 1; }
awk -v want=$((4 * n)) '
	/missed firing/ { missed += $2 }
	$1 == "fbt" || $1 == "syscall" { lines++; sum += $3; if ($3 > want) bad = 1 }
	END { exit !(lines == 4 && !bad && sum <= 4 * want && sum + missed >= 4 * want) }' <<<"$out" || { echo "$out"; exit 1; }
