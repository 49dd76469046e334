#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Functions that no trampoline will do for, several in a program: each firing is of the right probe,
# by cookies or by stubs.
# @@requires kprobe
set -u
out=$("$DTRACE" -qn 'fbt::seq_open:entry, fbt::seq_printf:entry, fbt::scnprintf:entry, fbt::sprintf:entry,
	fbt::seq_printf:return, fbt::scnprintf:return
	/pid == $target/ { @[probefunc, probename] = count(); }' -c "cat /proc/uptime" 2>&1) || { echo "$out"; exit 1; }
awk '$1 == "seq_printf" && $3 == 1 { n[$2]++ } END { exit !(n["entry"] == 1 && n["return"] == 1) }' <<<"$out" || { echo "$out"; exit 1; }
