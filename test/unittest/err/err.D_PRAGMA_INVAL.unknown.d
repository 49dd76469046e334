/* SPDX-License-Identifier: BSD-2-Clause */
#pragma D nosuchpragma x
BEGIN { exit(0); }
