#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What the kernel does not let fire is counted exactly (DESIGN, decision 8): the kernel runs no sample's
# program while a tracepoint's program is at work on the CPU. On each CPU, the periods between the first
# firing and the last are firings and missed ones, together.
set -u
out=$($DTRACE -qn '
	profile-997 { @n[cpu] = count(); @first[cpu] = min(timestamp); @last[cpu] = max(timestamp); }
	sdt:raw_syscalls::sys_enter { @ = quantize(arg0); }
	END { printa("cpu %d %@d %@d %@d\n", @n, @first, @last); clear(@); trunc(@); }
	tick-2s { exit(0); }' -c "$TRIGGERS/calls getppid=1000000000" 2>&1) || { echo "$out"; exit 1; }
missed=$(echo "$out" | awk '/missed sample/ { n += $2 } END { print n + 0 }')
echo "$out" | awk -v missed="$missed" '
	$1 == "cpu" { period = int(1000000000 / 997); n += $3; want += int(($5 - $4) / period + 0.5) + 1 }
	END {
		if (n < 10) { print "only " n " firings"; exit 1 }
		if (n + missed != want) { print n " fired, " missed " missed: " want " periods"; exit 1 }
	}' || { echo "$out"; exit 1; }
