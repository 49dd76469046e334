#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# C-10: -e compiles and stops.
out=$("$DTRACE" -e -n 'BEGIN { printf("no"); exit(3); }' 2>&1); rc=$?
case $rc$out in 0*no*) echo "$out"; exit 1 ;; 0*) ;; *) echo "$rc $out"; exit 1 ;; esac
