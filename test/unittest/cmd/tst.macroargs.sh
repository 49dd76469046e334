#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# C-28: operands are $1...
"$DTRACE" -q -n 'BEGIN { printf("%d %s\n", $1, $$2); exit(0); }' 5 word
