#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# C-23, OUT-20: -V.
out=$("$DTRACE" -V) || exit 1
case $out in "dtrace: "*D\ [0-9]*) ;; *) echo "$out"; exit 1 ;; esac
[ "$("$DTRACE" --version)" = "$out" ]
