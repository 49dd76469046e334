#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Which CPU it was can't be known.
exec sed -E 's/^ *[0-9]+ ( *[0-9]+ +[^ ]*:[^ ]+ )/  C \1/'
