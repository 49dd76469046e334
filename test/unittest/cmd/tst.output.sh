#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# C-19: -o appends to a file; nothing on stdout.
f=${TMPDIR:-/tmp}/out.$$; echo first >"$f"; trap 'rm -f "$f"' EXIT
"$DTRACE" -q -o "$f" -n 'BEGIN { printf("second\n"); exit(0); }' || exit 1
cat "$f"
