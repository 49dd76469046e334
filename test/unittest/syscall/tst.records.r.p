#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# How many different numbers, and how many came twice; where firings were reported missed, as many
# fewer. Not their order: that is one CPU's only.
exec awk -v missed="$MISSED" '
	NF { if (seen[$1]++) twice++; else n++ }
	END { if (missed && n < 5000 && n + missed >= 5000) n = 5000; print n + 0, twice + 0 }'
