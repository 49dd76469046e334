#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# C-17, OUT-18: -l.
"$DTRACE" -l -n BEGIN -n syscall::getppid:entry 2>&1 | sed -E 's/^ *[0-9]{3,} /    N /'
