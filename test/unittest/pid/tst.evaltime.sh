#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# O-23: how far a process of -c has come before its functions are looked for, and that it then runs
# as if nothing had been; a script and a static program, too.
# @@requires: root
# @@timeout: 60
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0
# check WHAT WANT DESCRIPTION OPTION...
check() {
	local what=$1 want=$2 got
	shift 2
	got=$("$DTRACE" -q -Z -n "$1"'{ @["seen"] = count(); } END { printa("%s ", @); }' "${@:2}" 2>"$dir/err" | tr -d '\n')
	[ "$got" = "$want" ] && [ ! -s "$dir/err" ] && return
	echo "$what: '$got', not '$want'"
	cat "$dir/err"
	failed=1
}
cat >"$dir/script" <<X
#!/bin/sh
exit 0
X
chmod 755 "$dir/script"
check exec '' 'pid$target:libc:__libc_start_main:entry' -xevaltime=exec -c "$TRIGGERS/funcs"
check preinit 'seen ' 'pid$target:libc:__libc_start_main:entry' -xevaltime=preinit -c "$TRIGGERS/funcs"
check postinit 'seen ' 'pid$target:libc:__libc_start_main:entry' -c "$TRIGGERS/funcs"
check main '' 'pid$target:libc:__libc_start_main:entry' -xevaltime=main -c "$TRIGGERS/funcs"
check 'main, too' 'seen ' 'pid$target:a.out:main:entry' -xevaltime=main -c "$TRIGGERS/funcs"
check script 'seen ' 'pid$target:libc:__libc_start_main:entry' -c "$dir/script"
check 'option without pid' '' 'syscall::execve:return/pid == $target/' -xevaltime=main -c "$TRIGGERS/funcs"
exit $failed
