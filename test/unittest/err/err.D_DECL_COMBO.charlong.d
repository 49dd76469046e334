/* SPDX-License-Identifier: BSD-2-Clause */
char float x;
BEGIN { exit(0); }
