#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# C-26: -Z lets a description match nothing.
"$DTRACE" -qZ -n 'syscall::nosuchcall:entry' -n 'BEGIN { printf("ran\n"); exit(0); }'
