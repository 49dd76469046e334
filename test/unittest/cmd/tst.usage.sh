#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# C-30: without arguments: usage, status 2.
"$DTRACE" >/dev/null 2>&1
[ $? = 2 ]
