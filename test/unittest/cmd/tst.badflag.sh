#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# An unknown flag: status 2.
"$DTRACE" -j >/dev/null 2>&1
[ $? = 2 ]
