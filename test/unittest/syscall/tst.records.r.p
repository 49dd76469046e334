#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# 5,000 numbers, each one more than the last.
exec awk 'NF { if ($1 != n) bad++; n++ } END { print n + 0, bad + 0 }'
