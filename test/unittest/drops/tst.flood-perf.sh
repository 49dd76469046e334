#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Decision 22, -xsink=perf: lines printed + drops reported = calls made, exactly.
# @@timeout: 60
. test/unittest/drops/lib.bash
. test/unittest/drops/flood.bash
flood perf
