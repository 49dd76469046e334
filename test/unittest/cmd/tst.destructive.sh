#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# C-24: destructive actions need -w, which is taken without one too.
"$DTRACE" -q -n 'BEGIN { raise(9); exit(0); }' >/dev/null 2>&1 && { echo "accepted without -w"; exit 1; }
out=$("$DTRACE" -qw -n 'BEGIN { printf("ran"); exit(0); }' 2>/dev/null) && [ "${out%%[[:space:]]*}" = ran ] || {
	echo "with -w: $out"; exit 1; }
