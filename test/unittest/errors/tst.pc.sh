#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The pc of a run-time error: the same in the report and in ERROR's arg3, another one for each place
# that can fault, and inside the program.
out=$("$DTRACE" -qn 'int zero; int *p;
	ERROR { printf("arg3 %d arg5 %x\n", arg3, arg5); }
	BEGIN { trace(1 / zero); }
	BEGIN { trace(*p); }
	BEGIN { trace(*(int *)0x18); exit(0); }
	BEGIN { exit(0); }' 2>&1) || { echo "$out"; exit 1; }
said=$(sed -n 's/.* at BPF pc \([0-9]*\)$/\1/p' <<<"$out" | sort -n)
arg3=$(sed -n 's/^arg3 \([0-9]*\) .*/\1/p' <<<"$out" | sort -n)
[ "$said" = "$arg3" ] && [ "$(sort -u <<<"$said" | wc -l)" = 3 ] || { echo "$out"; exit 1; }
# a division has no value, an address is the value
[ "$(sed -n 's/^arg3 [0-9]* //p' <<<"$out" | tr '\n' ' ')" = "arg5 0 arg5 0 arg5 18 " ] || {
	echo "$out"; exit 1; }
