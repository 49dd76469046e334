#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Frames differ; each is one line with 14 blanks of indentation.
exec awk '/^              [^ ]+$/ { n++ } NF && !/^              [^ ]+$/ { print } END { print (n > 0 && n <= 3) }'
