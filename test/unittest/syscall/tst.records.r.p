#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# 5,000 numbers, each one more than the last; where firings were reported missed, as many fewer.
exec awk -v missed="$MISSED" '
	NF { if ($1 <= last && n) bad++; gaps += $1 - last - 1; last = $1; n++ }
	BEGIN { last = -1 }
	END { if (missed && n < 5000 && n + missed >= 5000) { n = 5000; gaps = 0 }; print n + 0, bad + (missed ? 0 : gaps) }'
