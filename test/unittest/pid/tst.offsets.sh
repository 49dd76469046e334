#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# PID-04, PID-06: an instruction by its offset in its function or by its address; a pattern is all of
# them; what is amidst an instruction, or beyond the function, is refused.
# @@requires: root
# @@timeout: 60
failed=0
check() {
	local got
	got=$("$DTRACE" -xerrtags -qn "$2" -c "$TRIGGERS/funcs 3" 2>&1 | tr -s ' \n' ' ')
	grep -qE "$1" <<<"$got" && return
	echo "$2: $got, not $1"
	failed=1
}
# push %rbp; mov %rsp,%rbp; mov %rdi,-8(%rbp)
check '^add 4 0 add 4 1 add 4 2 ' 'pid$target:a.out:add:4 /n++ < 3/ { printf("%s %s %d\n", probefunc, probename, uregs[R_RDI]); }'
check '^ 0 3 1 3 4 3 ' 'pid$target:a.out:add:[014] { @[probename] = count(); }'
check 'D_PROC_ALIGN.*no instruction begins at 2 in add' 'pid$target:a.out:add:2 { }'
check 'D_PROC_OFF.*add ends before 1000' 'pid$target:a.out:add:1000 { }'
check 'D_PROC_LIB' 'pid$target:libc:-:10 { }'
check 'D_PROC_NAME' 'pid$target:a.out:-:entry { }'
check 'D_PROC_OFF.*a.out has no code at 10' 'pid$target:a.out:-:10 { }'
# every instruction of a function, and the process goes on as ever
check '^1 $' 'pid$target:a.out:main:* { @ = count(); } pid$target:a.out:twice:return /arg1 == 42/ { @done = count(); } END { clear(@); printa("%@d\n", @done); trunc(@); trunc(@done); }'
# by address: where the program is mapped changes from run to run, but not for one that runs already
"$TRIGGERS/usdt" 5 "$TRIGGERS/none" >/dev/null &
pid=$!
until [ "$(readlink /proc/$pid/exe)" = "$(realpath "$TRIGGERS/usdt")" ]; do sleep 0.02; done
base=$(awk '/triggers\/usdt/ { sub("-.*", "", $1); print $1; exit }' /proc/$pid/maps)
fire=$(nm "$TRIGGERS/usdt" | awk '$3 == "fire" { print $1 }')
addr=$(printf %x $((0x$base + 0x$fire)))
got=$("$DTRACE" -l -n "pid$pid:a.out:-:$addr" | awk '{ print $4, $5 }' | tail -n 1)
[ "$got" = "- $addr" ] || { echo "by address: $got"; failed=1; }
kill $pid
exit $failed
