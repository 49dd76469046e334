#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# PD-10: a probe that is not there: status 1, and the description in the message.
out=$("$DTRACE" -n 'syscall::nosuchcall:entry' 2>&1); rc=$?
[ $rc = 1 ] || { echo "status $rc: $out"; exit 1; }
case $out in *"syscall::nosuchcall:entry"*) ;; *) echo "$out"; exit 1 ;; esac
