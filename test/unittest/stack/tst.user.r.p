#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Only our own functions, without offsets.
exec sed -nE 's/^ +stack`([a-z_]+)(\+0x[0-9a-f]+)?$/\1/p'
