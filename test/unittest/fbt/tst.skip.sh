#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# PC-06: what cannot be attached is left out, and named under -v; if nothing is left, that is the error.
# @@requires kprobe
set -u
fail() { echo "$*"; exit 1; }
none=rawfbt::exc_page_fault:entry # runs where no probe may
out=$("$DTRACE" -qn "$none, rawfbt::__x64_sys_getpgid:entry /pid == \$target/ { @[probefunc] = count(); }" \
	-c "build/triggers/calls getpgid=3" 2>&1) || fail "$out"
grep -q '^ *__x64_sys_getpgid *3$' <<<"$out" || fail "$out"
out=$("$DTRACE" -vqn "$none, rawfbt::__x64_sys_getpgid:entry /pid == \$target/ { @[probefunc] = count(); }" \
	-c "build/triggers/calls getpgid=3" 2>&1)
grep -q '^dtrace: rawfbt:vmlinux:exc_page_fault:entry is left out: ' <<<"$out" || fail "$out"
out=$("$DTRACE" -n "$none { @ = count(); }" 2>&1) && fail "no error: $out"
grep -q 'exc_page_fault:entry cannot be traced: ' <<<"$out" || fail "$out"
