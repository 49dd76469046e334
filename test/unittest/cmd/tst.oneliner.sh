#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# C-11: -n on the command line; the notice about what matched is on stderr.
out=$("$DTRACE" -n 'BEGIN { printf("hi"); exit(0); }' 2>"${TMPDIR:-/tmp}/err.$$"); rc=$?
notice=$(cat "${TMPDIR:-/tmp}/err.$$"); rm -f "${TMPDIR:-/tmp}/err.$$"
[ $rc = 0 ] || { echo "status $rc"; exit 1; }
[ "$notice" = "dtrace: description 'BEGIN ' matched 1 probe" ] ||
	[ "$notice" = "dtrace: description 'BEGIN' matched 1 probe" ] || { echo "notice: $notice"; exit 1; }
case $out in *":BEGIN hi"*) ;; *) echo "output: $out"; exit 1 ;; esac
