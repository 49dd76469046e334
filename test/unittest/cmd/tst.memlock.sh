#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Old kernels count what programs and maps take, others' too, against a limit: no feature may be found missing
# for that.
# @@requires: root
few=$(ulimit -Sl 0 && "$DTRACE" -Vv 2>&1) all=$(ulimit -l unlimited 2>/dev/null || ulimit -Sl hard; "$DTRACE" -Vv 2>&1)
[ "$(grep -c '^yes' <<<"$all")" -gt 5 ] || { echo "no features: $all"; exit 1; }
diff <(echo "$few") <(echo "$all")
