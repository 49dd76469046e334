#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Through pointers of the kernel's: the name of the file that is read (issue's first one-liner).
# @@requires kprobe
set -u
f=$(mktemp) || exit 1
trap 'rm -f "$f"' EXIT
printf 'one line\n' >"$f"
out=$("$DTRACE" -qn 'fbt::vfs_read:entry /pid == $target/ {
	@[stringof(args[0]->f_path.dentry->d_name.name)] = count(); }' -c "cat $f" 2>&1) || { echo "$out"; exit 1; }
n=$(awk -v name="${f##*/}" '$1 == name { print $2 }' <<<"$out")
[ "${n:-0}" -ge 1 ] && grep -q 'libc\.so' <<<"$out" || { echo "$out"; exit 1; }
