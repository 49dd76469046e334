/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OUT-02: without -q each record has its prefix and its newline.
 */

BEGIN { printf("hello %d", 1); }
BEGIN { printf("there"); exit(0); }
