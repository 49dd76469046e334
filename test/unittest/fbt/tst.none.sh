#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# On a kernel without a way to its functions, the message says what is missing.
set -u
"$DTRACE" -Vv | grep -qE '^yes +(kprobe|fentry)' && { echo "this kernel can"; exit 77; }
for d in fbt::vfs_read:entry fbt:::entry rawfbt::vfs_read:return; do
	out=$("$DTRACE" -n "$d { @ = count(); }" 2>&1) && { echo "$d: no error"; exit 1; }
	grep -q 'neither kprobes nor fentry' <<<"$out" || { echo "$d: $out"; exit 1; }
done
