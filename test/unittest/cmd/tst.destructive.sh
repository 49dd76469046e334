#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# C-24: destructive actions need -w.
"$DTRACE" -q -n 'BEGIN { system("echo no"); exit(0); }' >/dev/null 2>&1 && { echo "ran without -w"; exit 1; }
"$DTRACE" -qw -n 'BEGIN { system("echo %s", "shell"); exit(0); }' 2>/dev/null
