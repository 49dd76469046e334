#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# SDT-01, SDT-02: every event of the kernel's list is there, under both names, but those of other
# providers; ids need no listing: they are the same when asked for one at a time (C-12, OUT-18).
set -u
fail() { echo "$*"; exit 1; }
$DTRACE -l -P sdt >"${TMPDIR:-/tmp}/sdt.$$" || fail "-l -P sdt: exit status $?"
list=${TMPDIR:-/tmp}/sdt.$$
trap 'rm -f "$list"' EXIT
n=$(grep -c ' sdt ' "$list")
[ "$n" -gt 500 ] || fail "only $n events"
! awk '$3 == "syscalls" || $3 == "kprobes"' "$list" | grep . || fail "other providers' events are listed"
[ "$($DTRACE -l -P rawtp | grep -c ' rawtp ')" = "$n" ] || fail "sdt and rawtp differ"
id=$(awk '$3 == "sched" && $4 == "sched_switch" { print $1 }' "$list")
[ -n "$id" ] || fail "no sched_switch"
[ "$($DTRACE -l -i "$id" | tail -1 | tr -s ' ' | sed 's/^ //')" = "$id sdt sched sched_switch" ] || fail "-i $id is another"
[ "$($DTRACE -l -n 'sdt:sched::sched_switch' | tail -1 | tr -s ' ' | sed 's/^ //')" = "$id sdt sched sched_switch" ] || fail "-n has another id"
$DTRACE -lv -n 'sdt:sched::sched_switch' | grep -q 'args\[4\]: char \[16\]' || fail "-lv: no args[4]"
$DTRACE -lv -n 'rawtp:sched::sched_switch' | grep -q 'struct task_struct \*' || fail "-lv: no task_struct"
[ "$($DTRACE -l -n 'sdt:sched::sched_sw*' | grep -c sched_switch)" = 1 ] || fail "a glob finds something else"
exit 0
