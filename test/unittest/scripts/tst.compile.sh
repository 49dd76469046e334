#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Every script we ship compiles.
rc=0
for f in scripts/*.d; do
	"$DTRACE" -e -s "$f" || { echo "$f"; rc=1; }
done
exit $rc
