#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# @@requires cmd:bpftool
#
# A running trace can be looked into: maps have the names of variables and aggregations, and their
# fields those of D. (What the consumer has fetched, every aggrate, is in the maps no more.)
name=tm$$
"$DTRACE" -q -x aggrate=60s -n "int $name; self int of_a_thread;
	syscall::getppid:entry /pid == \$target/ { $name++; self->of_a_thread = 7; @$name[execname, pid] = sum(-5); @k$name = avg(3);
		as$name[1, \"two\"] = 4; }" -c "build/triggers/calls getppid=1 sleep20=2000" >/dev/null 2>&1 &
tracer=$!
for i in {1..300}; do
	sleep 0.1
	dump=$(bpftool map dump name globals 2>&1) && grep -q "\"$name\": 1" <<<"$dump" && break
done
dump+=$(bpftool map dump name aggs 2>&1; bpftool map dump name "as$name" 2>&1; bpftool map dump name state 2>&1)
# Both halves have the name: the one that is in use is not known.
for id in $(bpftool map list | sed -n "s/^\([0-9]*\): hash .*name agg_$name .*/\1/p"); do
	dump+=$(bpftool map dump id "$id" 2>&1)
done
kill -INT $tracer
wait
for want in "\"$name\": 1" "\"k${name}_count\": 1" "\"k${name}_sum\": 3" '"key1_id": ' '"value": 4' \
	'"exit_called": 0' '"key0": "calls"' '"sum": -5'; do
	grep -q "$want" <<<"$dump" || { echo "no $want in"; echo "$dump"; exit 1; }
done
