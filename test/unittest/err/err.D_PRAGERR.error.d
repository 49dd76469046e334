/* SPDX-License-Identifier: BSD-2-Clause */
#error "stop here"
BEGIN { exit(0); }
