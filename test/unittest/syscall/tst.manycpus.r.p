#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# 40,000, or as many fewer as firings were reported missed (others' firings may be among them).
exec awk -v missed="$MISSED" '$1 ~ /^[0-9]+$/ && missed && $1 < 40000 && $1 + missed >= 40000 { sub($1, "40000") } { print }'
