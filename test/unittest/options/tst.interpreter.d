#!/usr/sbin/dtrace -qs
/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LEX-02..04: an interpreter line; comments in between.
 * @@opts: -q
 */
BEGIN /* a comment */ { /* one more */ printf("fine\n"); // to the end
	exit(0); }
