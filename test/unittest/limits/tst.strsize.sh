#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Every function on strings works up to the strsize it says it does (and with one more it is refused
# with its name, not by the kernel).
failed=0
check() {
	local out
	out=$("$DTRACE" -q -xstrsize="$1" -n "BEGIN { trace($2); exit(0); }" 2>&1)
	if [ "$(head -n 1 <<<"$out")" != "$3" ]; then
		echo "$2, strsize $1: $out"
		failed=1
	fi
	[ "$4" = any ] && return
	if "$DTRACE" -q -xstrsize=$(($1 + 1)) -n "BEGIN { trace($2); exit(0); }" 2>&1 |
		grep -qF "${2%%(*}( ) cannot work on strings of $(($1 + 1)) bytes"; then
		return
	fi
	echo "$2, strsize $1 + 1: not refused by name"
	failed=1
}
check 2700 'basename("/a/bc")' bc
check 2700 'dirname("/a/bc")' /a
check 360 'index("abcabc", "ca")' 2
check 360 'rindex("abcabc", "bc")' 4
check 360 'strstr("abcabc", "ca")' cabc
check 8000 "strchr(\"abcabc\", 'b')" bcabc
check 4000 "strrchr(\"abcabc\", 'b')" bc
check 4000 'toupper("abc")' ABC
check 4000 'tolower("ABC")' abc
check 16384 'strjoin("a", "b")' ab any
check 16384 'substr("abc", 1)' bc any
check 16384 'strlen("abc")' 3 any
exit $failed
