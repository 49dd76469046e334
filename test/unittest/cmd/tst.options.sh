#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# C-25: -x; an unknown option fails.
"$DTRACE" -xquiet -n 'BEGIN { printf("quiet\n"); exit(0); }' || exit 1
"$DTRACE" -xnosuchoption -n BEGIN >/dev/null 2>&1; [ $? != 0 ]
