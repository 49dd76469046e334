#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Listing: every function, by its own id, and ids are the same however a probe is come by (C-12, OUT-18).
# @@requires kprobe
set -u
fail() { echo "$*"; exit 1; }
one() { "$DTRACE" -l "$@" 2>/dev/null | awk 'NR > 1 { print $1, $2, $3, $4, $5 }'; }
# what is wrong with the list, if anything; else a function of the kernel's and one of a module's
read -r id mod <<<"$("$DTRACE" -l -P fbt | awk '
	NR == 1 { next }
	seen[$1]++ { print "twice:", $0; bad = 1; exit }
	$2 != "fbt" || $4 ~ /\.|^__(ftrace_invalid_address|probestub|traceiter)_/ { print "excluded:", $0; bad = 1; exit }
	$3 == "vmlinux" && $4 == "vfs_read" && $5 == "entry" { id = $1 }
	$3 != "vmlinux" && $5 == "entry" { mod = $1 " fbt " $3 " " $4 " entry" }
	END { if (!bad) print (NR > 20000 && id ? id : "few"), mod }')"
want="$id fbt vmlinux vfs_read entry"
[ "$(one -n fbt::vfs_read:entry)" = "$want" ] || fail "literal: another than $want"
[ "$(one -i "$id")" = "$want" ] || fail "-i $id is another"
read -r _ _ name func _ <<<"$mod"
[ -z "$mod" ] || [ "$(one -n "fbt:$name:$func:entry")" = "$mod" ] || fail "module: another than $mod"
types=$("$DTRACE" -lvn fbt::vfs_read:)
grep -q 'args\[1\]: ssize_t' <<<"$types" || fail "-lv: no ssize_t"
grep -q 'args\[0\]: struct file \*' <<<"$types" || fail "-lv: no struct file"
