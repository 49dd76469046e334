#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Probes in processes have numbers once they were named; asking for one that nobody named says so, and
# the number of another provider's probe is found past them.
# @@requires: root
"$DTRACE" -i 900001 2>&1 | grep -q 'probe identifier 900001 does not exist' || exit 1
"$DTRACE" -lv -n 'pid$target:a.out:main:entry' -c "$TRIGGERS/funcs" | grep -q 'Argument Types' || exit 1
"$DTRACE" -l -i 1 | grep -q BEGIN
