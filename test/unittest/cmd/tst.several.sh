#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# C-11, C-13: several -n and -s in one run.
f=${TMPDIR:-/tmp}/s.$$; trap 'rm -f "$f"' EXIT
echo 'BEGIN { printf("script\n"); }' >"$f"
"$DTRACE" -q -n 'BEGIN { printf("first\n"); }' -s "$f" -n 'BEGIN { exit(0); }'
