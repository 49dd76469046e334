#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Decision 4: nothing stays in the kernel after SIGKILL.
# @@timeout: 60
command -v bpftool >/dev/null || { echo "no bpftool"; exit 77; }
count() { bpftool prog list 2>/dev/null | grep -c '^[0-9]'; }
before=$(count)
f=${TMPDIR:-/tmp}/left.$$; trap 'rm -f "$f"' EXIT
"$DTRACE" -q -n 'BEGIN { printf("up\n"); } syscall:::entry { @[execname] = count(); } tick-1s { n++; }' >"$f" 2>&1 & p=$!
for _ in $(seq 100); do grep -q up "$f" && break; sleep .1; done
during=$(count)
kill -9 $p; wait $p 2>/dev/null
for _ in $(seq 100); do [ "$(count)" -le "$before" ] && break; sleep .2; done
[ "$during" -gt "$before" ] && [ "$(count)" -le "$before" ] || { echo "$before $during $(count)"; exit 1; }
