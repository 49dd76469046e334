#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Every function of the kernel at once, by one link; afterwards nothing of it is left.
# @@requires kprobe-multi
# @@timeout 180
set -u
out=$("$DTRACE" -xquiet -n 'fbt:::entry { @ = count(); @one[probefunc == "vfs_read"] = count(); } tick-1s { exit(0); }' 2>&1) || { echo "$out"; exit 1; }
awk '/^ *[0-9]+$/ { n = $1 } END { exit !(n > 1000) }' <<<"$out" || { echo "$out"; exit 1; }
