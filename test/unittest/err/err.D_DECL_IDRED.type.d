/* SPDX-License-Identifier: BSD-2-Clause */
int x;
string x;
BEGIN { exit(0); }
