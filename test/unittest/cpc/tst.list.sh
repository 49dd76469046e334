#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# PC-03, CPC-01, CPC-05: counters are listed if they are asked for, those only that this machine has, and
# their ids need no listing; what it has not is named with the reason.
set -u
fail() { echo "$*"; exit 1; }
! $DTRACE -l | grep -q ' cpc ' || fail "a plain -l lists counters"
id=$($DTRACE -l -P cpc | awk '$3 == "page_faults-all-1000000000" { print $1 }')
[ -n "$id" ] || fail "-P cpc lists no page_faults"
$DTRACE -l -i "$id" | grep -q 'page_faults-all-1000000000' || fail "-i $id is another"
for bad in page_faults-some-10 page_faults-all page_faults-all-0 page_faults-all-x nosuch-all-10 page_faults-all-99999999999999999999; do
	out=$($DTRACE -qn "cpc:::$bad { exit(0); }" 2>&1) && fail "$bad is accepted"
	echo "$out" | grep -q 'does not match any probes' || fail "$bad: $out"
done
# the processor's may not be there: then that is the message
out=$($DTRACE -qn 'cpc:::rffffffffffff-all-1000000 { exit(0); } BEGIN { exit(0); }' 2>&1) ||
	echo "$out" | grep -q 'this machine does not count that' || fail "$out"
exit 0
