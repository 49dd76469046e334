#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# C-31: without root: a message, not a crash.
command -v setpriv >/dev/null || { echo "no setpriv"; exit 77; }
out=$(setpriv --reuid 65534 --regid 65534 --clear-groups "$DTRACE" -n 'BEGIN { exit(0); }' 2>&1); rc=$?
[ $rc -ge 1 ] && [ $rc -le 2 ] && case $out in *dtrace:*) true ;; *) false ;; esac || { echo "$rc $out"; exit 1; }
