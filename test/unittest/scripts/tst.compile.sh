#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Every script we ship compiles.
rc=0
for f in scripts/*.d; do
	grep -q 'pid\$target:' "$f" && target=(-c true) || target=()
	"$DTRACE" -e -s "$f" "${target[@]}" || { echo "$f"; rc=1; }
done
exit $rc
