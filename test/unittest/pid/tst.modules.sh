#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# PID-02, PID-03: an object by each of its names; globs; a function by each of its names, once.
# @@requires: root
# @@timeout: 60
failed=0
# check DESCRIPTION N: how many probes it means (those of main and puts say if tracing works at all)
check() {
	local n
	n=$("$DTRACE" -l -n "$1" -c "$TRIGGERS/funcs" 2>/dev/null | grep -c ' pid[0-9]')
	[ "$n" = "$2" ] && return
	echo "$1: $n probes, not $2"
	failed=1
}
check 'pid$target:a.out:main:entry' 1
check 'pid$target:funcs:main:entry' 1
check 'pid$target::main:entry' 1
check 'pid$target:*:main:entry' 1
check 'pid$target:a.out:main:' 2
check 'pid$target:libc:malloc:entry' 1
check 'pid$target:libc.so.6:malloc:entry' 1
check 'pid$target:LM0`libc:malloc:entry' 1
check 'pid$target:lib[abc]*:malloc:entry' 1
check 'pid$target:libc.so:malloc:entry' 0
check 'pid$target:a.out:malloc:entry' 0
check 'pid$target:a.out:twice:entry' 1
check 'pid$target:a.out:double_of:entry' 1
check 'pid$target:a.out:twice:entry,pid$target:a.out:double_of:entry' 2
check 'pid$target:a.out:t*:entry' 2
check 'pid$target:a.out:[td]*[en]:entry' 2
check 'pid$target:libc:str?tok_r:entry' 0
exit $failed
