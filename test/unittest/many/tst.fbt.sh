#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Every function of the kernel at once, by one link; afterwards nothing of it is left.
# @@requires kprobe-multi
# @@timeout 180
set -u
# (Guests run what is on their list; without this, that would take them minutes for nothing.)
"$DTRACE" -Vv | grep -Eq '^yes +kprobe\.multi ' || { echo 'needs kprobe-multi'; exit 77; }
out=$("$DTRACE" -xquiet -n 'fbt:::entry { @ = count(); @one[probefunc == "vfs_read"] = count(); } tick-1s { exit(0); }' 2>&1) || { echo "$out"; exit 1; }
awk '/^ *[0-9]+$/ { n = $1 } END { exit !(n > 1000) }' <<<"$out" || { echo "$out"; exit 1; }
